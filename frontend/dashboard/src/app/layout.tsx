import '@fontsource-variable/instrument-sans';
import '@fontsource-variable/geist-mono';
import './globals.css';
import type { Metadata, Viewport } from 'next';
import { cookies } from 'next/headers';
import type { ReactNode } from 'react';
import { Providers } from '@/components/providers';
import { parseTheme, themeCookie } from '@/lib/theme';

export const metadata: Metadata = { title: { default: 'Wend', template: '%s · Wend' }, robots: { index: false } };
export const viewport: Viewport = {
  width: 'device-width',
  initialScale: 1,
  themeColor: [{ media: '(prefers-color-scheme: light)', color: '#f7f6f2' }, { media: '(prefers-color-scheme: dark)', color: '#131517' }],
};

/** The chosen theme comes in a cookie, so that the first paint is right without a script in the page. */
export default async function RootLayout({ children }: { children: ReactNode }) {
  const theme = parseTheme((await cookies()).get(themeCookie)?.value);
  return (
    <html lang="en" data-theme={theme === 'system' ? undefined : theme} suppressHydrationWarning>
      <body>
        <Providers>{children}</Providers>
      </body>
    </html>
  );
}
