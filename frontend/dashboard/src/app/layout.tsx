import '@fontsource-variable/instrument-sans';
import '@fontsource-variable/geist-mono';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { getLocale } from 'next-intl/server';
import { cookies, headers } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '@/components/providers';
import { FirstTexts } from '@/i18n/texts';
import { earlyScript } from '@/lib/early-answers';
import { parseTheme, themeCookie } from '@/lib/theme';

export const metadata: Metadata = { title: { default: 'Wend', template: '%s · Wend' }, robots: { index: false } };
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [
    { media: '(prefers-color-scheme: light)', color: '#f7f6f2' },
    { media: '(prefers-color-scheme: dark)', color: '#131517' },
  ],
};

/**
 * The chosen theme comes in a cookie, so that the first paint is right without a script in the page. What a page waits
 * for is asked for at once.
 */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  const asked = await headers();
  const early = earlyScript(asked.get('x-wend-path') ?? '');
  return (
    <html lang={await getLocale()} data-theme={theme === 'system' ? undefined : theme} suppressHydrationWarning>
      {early && (
        <head>
          <script
            nonce={asked.get('x-wend-nonce') ?? undefined}
            suppressHydrationWarning
            dangerouslySetInnerHTML={{ __html: early }}
          />
        </head>
      )}
      <body>
        <FirstTexts>
          <Providers>{children}</Providers>
        </FirstTexts>
      </body>
    </html>
  );
}
