'use client';

import { useTranslations } from 'next-intl';
import { useEffect } from 'react';
import { ErrorState } from '@/components/ui/states';

/** A page that broke: the rail stays. */
export default function PageError({ error, reset }: { error: Error; reset: () => void }) {
  const t = useTranslations('common.pages');
  useEffect(() => console.error(error), [error]);
  return (
    <div className="grid flex-1 place-items-center">
      <ErrorState title={t('broke')} error={error} onRetry={reset} />
    </div>
  );
}
