'use client';

import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import type { Tone } from '@/components/ui/badge';
import { Section } from '@/components/ui/card';
import type { LoggedCall } from './use-wend';

const tones: Record<LoggedCall['state'], Tone> = {
  queued: 'neutral',
  delivered: 'good',
  waiting: 'warn',
  refused: 'bad',
};

/** What this page has sent to Wend, the newest first, each as it went over the line. */
export function CallLog({ calls, failed }: { calls: LoggedCall[]; failed: boolean }) {
  const t = useTranslations('demo-shop.log');
  return (
    <Section title={t('title')} description={t('detail')}>
      {failed ? (
        <p role="alert" className="p-4 text-bad">
          {t('failed')}
        </p>
      ) : calls.length === 0 ? (
        <p className="p-4 text-muted">{t('empty')}</p>
      ) : (
        <ol className="divide-y divide-line">
          {calls.map(({ call, state, reason }) => (
            <li key={call.messageId}>
              <details className="group">
                <summary className="flex items-center gap-3 px-4 py-2 hover:bg-canvas">
                  <span className="w-16 shrink-0 font-mono text-xs text-muted">{call.type}</span>
                  <span className="min-w-0 flex-1 truncate font-medium">
                    {call.event ?? call.name ?? call.userId ?? call.anonymousId}
                  </span>
                  <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>
                </summary>
                {reason ? <p className="px-4 pb-2 text-bad">{reason}</p> : null}
                <pre
                  tabIndex={0}
                  aria-label={t('asSent')}
                  className="max-h-72 overflow-auto bg-canvas px-4 py-3 font-mono text-xs leading-5"
                >
                  {JSON.stringify(call, null, 2)}
                </pre>
              </details>
            </li>
          ))}
        </ol>
      )}
    </Section>
  );
}
