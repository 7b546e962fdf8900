import { getTranslations } from 'next-intl/server';
import { headers } from 'next/headers';
import { redirect } from 'next/navigation';
import type { ReactNode } from 'react';
import { ApiDown } from '@/components/shell/api-down';
import { Rail } from '@/components/shell/rail';
import { Texts } from '@/i18n/texts';
import { SessionProvider } from '@/lib/session';
import { askSession } from '@/server/api';

/** Everything behind the sign-in: the rail, and a main area of the full height that belongs to the page. */
export default async function AppLayout({ children }: { children: ReactNode }) {
  const answer = await askSession();
  if (answer.kind === 'status' && (answer.status === 401 || answer.status === 403)) {
    const path = (await headers()).get('x-wend-path') ?? '/journeys';
    redirect(`/sign-in?next=${encodeURIComponent(path)}`);
  }
  if (answer.kind !== 'ok')
    return (
      <Texts of={['shell']}>
        <ApiDown />
      </Texts>
    );
  const t = await getTranslations('common.pages');
  return (
    <SessionProvider session={answer.value}>
      <a
        href="#main"
        className="sr-only focus:not-sr-only focus:fixed focus:top-2 focus:left-2 focus:z-50 focus:rounded-md focus:bg-raised focus:px-3 focus:py-2 focus:shadow-over"
      >
        {t('skip')}
      </a>
      <div className="flex h-dvh max-sm:flex-col-reverse">
        <Texts of={['shell']}>
          <Rail />
        </Texts>
        <main id="main" tabIndex={-1} className="flex min-h-0 min-w-0 flex-1 flex-col outline-none">
          {children}
        </main>
      </div>
    </SessionProvider>
  );
}
