'use client';

import type { WendClient } from '@wend/web';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import type { FormEvent } from 'react';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field } from '@/components/ui/field';
import { Input } from '@/components/ui/input';

/** Signing in to the shop: its own people are known by their email. */
export function WhoPanel({ wend }: { wend: WendClient | null }) {
  const t = useTranslations('demo-shop.who');
  const [who, setWho] = useState<{ email: string } | null>(null);
  const signIn = (event: FormEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const given = new FormData(event.currentTarget);
    const email = String(given.get('email')).trim().toLowerCase();
    const name = String(given.get('name')).trim();
    wend?.identify(email, { email, ...(name ? { first_name: name } : {}) });
    setWho({ email });
  };
  const signOut = (): void => {
    wend?.reset();
    setWho(null);
  };
  return (
    <Section title={t('title')} description={t('detail')}>
      {who ? (
        <div className="flex flex-wrap items-center gap-3 p-4" aria-live="polite">
          <p className="min-w-0 flex-1 break-words">
            {t.rich('signedIn', {
              email: who.email,
              strong: (chunks) => <span className="font-medium">{chunks}</span>,
            })}
          </p>
          <Button size="sm" onClick={signOut}>
            {t('signOut')}
          </Button>
        </div>
      ) : (
        <form className="space-y-3 p-4" onSubmit={signIn}>
          <Field label={t('name')}>
            {(control) => <Input {...control} name="name" autoComplete="given-name" maxLength={80} />}
          </Field>
          <Field label={t('email')}>
            {(control) => (
              <Input {...control} name="email" type="email" required autoComplete="email" maxLength={200} />
            )}
          </Field>
          <Button type="submit" className="w-full" disabled={!wend}>
            {t('signIn')}
          </Button>
        </form>
      )}
    </Section>
  );
}
