'use client';

import { ShoppingBag } from 'lucide-react';
import { useLocale, useTranslations } from 'next-intl';
import Link from 'next/link';
import { useEffect, useRef, useState } from 'react';
import { Button } from '@/components/ui/button';
import { CallLog } from './call-log';
import { CartPanel } from './cart-panel';
import { Notifications } from './notifications';
import type { PushRoute } from './notifications';
import { ProductArt } from './product-art';
import { currency, linesOf, products, totalOf } from './products';
import type { Cart, Product } from './products';
import { useWend } from './use-wend';
import { WhoPanel } from './who-panel';

const looks: Record<Product['look'], string> = {
  entry: 'bg-entry-soft text-entry',
  message: 'bg-message-soft text-message',
  timing: 'bg-timing-soft text-timing',
  action: 'bg-action-soft text-action',
  decision: 'bg-decision-soft text-decision',
  exit: 'bg-exit-soft text-exit',
};

/** A small shop that uses Wend as any website would: what a visitor does is sent, and shown beside it. */
export function DemoShop({ writeKey, route }: { writeKey: string; route: PushRoute }) {
  const t = useTranslations('demo-shop.shop');
  const money = new Intl.NumberFormat(useLocale(), { style: 'currency', currency });
  const { wend, calls, failed } = useWend(writeKey);
  const [cart, setCart] = useState<Cart>({});
  const [asked, setAsked] = useState(0);
  // Two carts of one person are two: a journey may be entered once for each.
  const cartId = useRef('');
  const seen = useRef(false);
  useEffect(() => {
    if (!wend || seen.current) return;
    seen.current = true;
    wend.page(t('pageName'));
  }, [wend, t]);

  const add = (product: Product): void => {
    cartId.current ||= `cart-${crypto.getRandomValues(new Uint32Array(1))[0]!.toString(36)}`;
    const next = { ...cart, [product.id]: (cart[product.id] ?? 0) + 1 };
    setCart(next);
    wend?.track('Product Added', {
      cart_id: cartId.current,
      product_id: product.id,
      name: t(`products.${product.id}`),
      price: product.price,
      quantity: 1,
      currency,
      cart_total: totalOf(next),
    });
    // The moment when a message about the cart makes sense to somebody.
    void wend?.push
      .prompt({
        title: t('prompt.title'),
        text: t('prompt.text'),
        accept: t('prompt.accept'),
        later: t('prompt.later'),
        askAgainAfterDays: 7,
      })
      .catch((error: unknown) => console.warn(error))
      .finally(() => setAsked((count) => count + 1));
  };
  const order = (): void => {
    const lines = linesOf(cart).map(({ product, quantity }) => ({
      product_id: product.id,
      name: t(`products.${product.id}`),
      price: product.price,
      quantity,
    }));
    wend?.track('Order Completed', { cart_id: cartId.current, total: totalOf(cart), currency, products: lines });
    setCart({});
    cartId.current = '';
  };

  return (
    <div className="min-h-dvh bg-bg">
      <header className="border-b border-line bg-surface">
        <div className="mx-auto flex max-w-6xl flex-wrap items-center gap-x-4 gap-y-2 px-4 py-3">
          <span className="grid size-8 place-items-center rounded-lg bg-ink text-bg" aria-hidden>
            <ShoppingBag size={17} strokeWidth={1.75} />
          </span>
          <div className="min-w-0 flex-1">
            <h1 className="text-lg">{t('name')}</h1>
            <p className="text-xs text-muted">{t('lead')}</p>
          </div>
          <Button asChild>
            <Link href="/settings">{t('back')}</Link>
          </Button>
        </div>
      </header>
      <main className="mx-auto grid max-w-6xl items-start gap-6 px-4 py-6 lg:grid-cols-[minmax(0,1fr)_340px]">
        <div className="min-w-0 space-y-6">
          <section aria-label={t('productsLabel')}>
            <ul className="grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3">
              {products.map((product) => (
                <li
                  key={product.id}
                  className="flex flex-col overflow-hidden rounded-xl border border-line bg-surface shadow-card"
                >
                  <div className={`grid h-36 place-items-center ${looks[product.look]}`}>
                    <ProductArt id={product.id} />
                  </div>
                  <div className="flex flex-1 flex-col gap-3 p-3.5">
                    <div>
                      <h2 className="text-md">{t(`products.${product.id}`)}</h2>
                      <p className="text-muted">{money.format(product.price)}</p>
                    </div>
                    <Button className="mt-auto" disabled={!wend} onClick={() => add(product)}>
                      <span>
                        {t.rich('add', {
                          product: t(`products.${product.id}`),
                          hidden: (chunks) => <span className="sr-only">{chunks}</span>,
                        })}
                      </span>
                    </Button>
                  </div>
                </li>
              ))}
            </ul>
          </section>
          <CallLog calls={calls} failed={failed} />
        </div>
        <div className="min-w-0 space-y-4">
          <CartPanel cart={cart} money={money} onOrder={order} />
          <WhoPanel wend={wend} />
          <Notifications wend={wend} route={route} asked={asked} />
        </div>
      </main>
    </div>
  );
}
