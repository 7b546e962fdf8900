'use client';

import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { ApiProblem } from '@/lib/api-client';
import { ErrorState } from '@/components/ui/states';

const problem = new ApiProblem({
  title: 'No answer',
  status: 502,
  code: 'api-unreachable',
});

/** Instead of the whole app while the api is away. */
export function ApiDown() {
  const t = useTranslations('shell.apiDown');
  useEffect(() => {
    const timer = setInterval(() => location.reload(), 10_000);
    return () => clearInterval(timer);
  }, []);
  return (
    <main className="grid min-h-dvh place-items-center">
      <ErrorState title={t('title')} error={problem} onRetry={() => location.reload()} />
    </main>
  );
}
