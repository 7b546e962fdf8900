'use client';

import { NextIntlClientProvider, useLocale, useMessages } from 'next-intl';
import { useMemo } from 'react';
import type { ReactNode } from 'react';

type MoreTextsProps = { messages: Record<string, unknown>; children: ReactNode };

/** Adds to the texts that are known above: a provider of next-intl alone would put its own in their place. */
export function MoreTexts({ messages, children }: MoreTextsProps) {
  const known = useMessages();
  const locale = useLocale();
  const all = useMemo(() => ({ ...known, ...messages }), [known, messages]);
  return (
    <NextIntlClientProvider locale={locale} messages={all}>
      {children}
    </NextIntlClientProvider>
  );
}
