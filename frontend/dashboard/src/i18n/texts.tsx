import type { Metadata } from 'next';
import { NextIntlClientProvider } from 'next-intl';
import { getMessages, getTranslations } from 'next-intl/server';
import type { ReactNode } from 'react';
import type { Feature } from './languages';
import { MoreTexts } from './more-texts';

/** Around the whole app: the texts that every page shows. */
export async function FirstTexts({ children }: { children: ReactNode }) {
  const { common } = await getMessages();
  return <NextIntlClientProvider messages={{ common }}>{children}</NextIntlClientProvider>;
}

/** Hands the texts of features to the components below: a page is sent what it shows, and no more. */
export async function Texts({ of, children }: { of: readonly Feature[]; children: ReactNode }) {
  const messages = await getMessages();
  return (
    <MoreTexts messages={Object.fromEntries(of.map((feature) => [feature, messages[feature]]))}>{children}</MoreTexts>
  );
}

/** `generateMetadata` of a page whose title is a text. */
export function pageTitle(
  key: Parameters<Awaited<ReturnType<typeof getTranslations<never>>>>[0],
): () => Promise<Metadata> {
  return async () => ({ title: (await getTranslations())(key) });
}
