'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { linesOf, totalOf } from './products';
import type { Cart } from './products';

type CartPanelProps = { cart: Cart; money: Intl.NumberFormat; onOrder: () => void };

export function CartPanel({ cart, money, onOrder }: CartPanelProps) {
  const t = useTranslations('demo-shop.shop');
  const [ordered, setOrdered] = useState(false);
  const lines = linesOf(cart);
  return (
    <Section title={t('cart.title')}>
      <div className="p-4" aria-live="polite">
        {lines.length === 0 ? (
          <p className="text-muted">{ordered ? t('cart.ordered') : t('cart.empty')}</p>
        ) : (
          <>
            <ul className="space-y-1.5">
              {lines.map(({ product, quantity }) => (
                <li key={product.id} className="flex gap-3">
                  <span className="min-w-0 flex-1">
                    {t('cart.line', { quantity, product: t(`products.${product.id}`) })}
                  </span>
                  <span className="tabular-nums">{money.format(product.price * quantity)}</span>
                </li>
              ))}
            </ul>
            <p className="mt-3 flex justify-between border-t border-line pt-3 font-medium">
              <span>{t('cart.total')}</span>
              <span className="tabular-nums">{money.format(totalOf(cart))}</span>
            </p>
            <Button
              variant="primary"
              className="mt-3 w-full"
              onClick={() => {
                setOrdered(true);
                onOrder();
              }}
            >
              {t('cart.order')}
            </Button>
          </>
        )}
      </div>
    </Section>
  );
}
