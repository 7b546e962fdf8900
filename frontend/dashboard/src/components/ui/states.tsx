'use client';

import { CircleAlert, Lock } from 'lucide-react';
import { useTranslations } from 'next-intl';
import type { ReactNode } from 'react';
import { cx } from '@/lib/cx';
import { rolesThatMay, useErrorWords } from '@/lib/error-words';
import { Button } from './button';

type EmptyStateProps = {
  icon?: ReactNode;
  title: ReactNode;
  children?: ReactNode;
  actions?: ReactNode;
  className?: string;
};

/** Nothing here yet: says what would be here and what to do next. */
export function EmptyState({ icon, title, children, actions, className }: EmptyStateProps) {
  return (
    <div className={cx('flex flex-col items-center px-6 py-12 text-center', className)}>
      {icon ? (
        <div className="mb-3 grid size-10 place-items-center rounded-xl bg-accent-soft text-accent" aria-hidden>
          {icon}
        </div>
      ) : null}
      <h2 className="text-lg">{title}</h2>
      {children ? <div className="mt-1 max-w-xl text-muted">{children}</div> : null}
      {actions ? <div className="mt-4 flex flex-wrap justify-center gap-2">{actions}</div> : null}
    </div>
  );
}

type ErrorStateProps = {
  error: unknown;
  onRetry?: () => void;
  title?: ReactNode;
  className?: string;
};

/** Something could not be loaded: what happened and a way to try again, unless that is a matter of the role. */
export function ErrorState({ error, onRetry, title, className }: ErrorStateProps) {
  const errorWords = useErrorWords();
  const t = useTranslations('common.states');
  const mayNot = rolesThatMay(error) !== null;
  const Icon = mayNot ? Lock : CircleAlert;
  return (
    <div role="alert" className={cx('flex flex-col items-center px-6 py-12 text-center', className)}>
      <div
        className={cx(
          'mb-3 grid size-10 place-items-center rounded-xl',
          mayNot ? 'bg-accent-soft text-accent' : 'bg-bad-soft text-bad',
        )}
        aria-hidden
      >
        <Icon size={20} strokeWidth={1.75} />
      </div>
      <h2 className="text-lg">{mayNot ? t('mayNot') : (title ?? t('couldNotLoad'))}</h2>
      <p className="mt-1 max-w-md text-muted">{errorWords(error)}</p>
      {onRetry && !mayNot ? (
        <Button className="mt-4" onClick={onRetry}>
          {t('tryAgain')}
        </Button>
      ) : null}
    </div>
  );
}

export function Skeleton({ className }: { className?: string }) {
  return <span aria-hidden className={cx('block rounded-sm bg-line animate-pulse-soft', className)} />;
}

/** Lines where a list will be; announces that it loads. */
export function ListSkeleton({ rows = 6, className }: { rows?: number; className?: string }) {
  const t = useTranslations('common.states');
  return (
    <div role="status" aria-label={t('loading')} className={cx('divide-y divide-line', className)}>
      {Array.from({ length: rows }, (_, index) => (
        <div key={index} className="flex items-center gap-3 px-4 py-3">
          <Skeleton className="size-7 rounded-full" />
          <div className="flex-1 space-y-1.5">
            <Skeleton className="h-3 w-2/5" />
            <Skeleton className="h-2.5 w-1/4" />
          </div>
          <Skeleton className="h-3 w-16" />
        </div>
      ))}
    </div>
  );
}
