'use client';

import type { ConnectionHealth } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';

/** A connection that its provider has slowed down is up, but not as it should be. */
export function HealthBadge({ state: found, slowedTo }: Pick<ConnectionHealth, 'state' | 'slowedTo'>) {
  const t = useTranslations('settings.connectionHealth');
  const state = found === 'up' && slowedTo !== null ? 'slowed' : found;
  if (state === 'unknown') return <Badge>{t('state.unknown')}</Badge>;
  return (
    <Badge dot tone={state === 'up' ? 'good' : state === 'slowed' ? 'warn' : 'bad'}>
      {t(`state.${state}`)}
    </Badge>
  );
}

/** What a connection has sent, and what went wrong last. */
export function Health({ health }: { health: ConnectionHealth }) {
  const t = useTranslations('settings.connectionHealth');
  const { perMinute, slowedTo, lastOkAt, since, state, errors } = health;
  return (
    <div className="space-y-2 px-4 py-3">
      <p className="flex flex-wrap gap-x-4 gap-y-1 text-xs text-muted">
        <span>{t('perMinute', { count: perMinute })}</span>
        {slowedTo === null ? null : <span>{t('slowedTo', { rate: slowedTo })}</span>}
        {lastOkAt === null ? null : (
          <span>
            {t('lastSent')} <RelativeTime at={lastOkAt} />
          </span>
        )}
        {state === 'down' || state === 'slowed' ? (
          <span>
            {t(`since.${state}`)} <RelativeTime at={since} />
          </span>
        ) : null}
      </p>
      {errors.length > 0 ? (
        <details>
          <summary className="cursor-pointer text-xs font-medium">{t('errors', { count: errors.length })}</summary>
          <ul className="mt-2 max-h-60 space-y-1.5 overflow-y-auto text-xs">
            {errors.map((error, index) => (
              <li key={index} className="flex gap-3">
                <RelativeTime at={error.at} className="w-24 shrink-0 text-muted" />
                <span className="min-w-0 flex-1 break-words">
                  {error.message}
                  {error.count > 1 ? <span className="text-muted"> {t('times', { count: error.count })}</span> : null}
                </span>
              </li>
            ))}
          </ul>
        </details>
      ) : null}
    </div>
  );
}
