'use client';

import type { BusinessEventAnswer } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';

/** How many people an event would let in, by journey; it waits for somebody to say yes. */
export function CountOfPeople({ answer }: { answer: BusinessEventAnswer }) {
  const t = useTranslations('business-events.count');
  if (answer.entries.length === 0) return <p className="text-muted">{t('nobodyWaits')}</p>;
  return (
    <div role="status">
      <div className="flex flex-wrap items-center gap-2">
        <p className="text-lg font-semibold tabular-nums">{t('total', { count: answer.count ?? 0 })}</p>
        <Badge tone="warn">{t('waiting')}</Badge>
      </div>
      <ul className="mt-3 divide-y divide-line rounded-lg border border-line">
        {answer.entries.map((entry) => (
          <li key={`${entry.journeyId} ${entry.entry}`} className="px-3 py-2">
            <p className="flex items-baseline justify-between gap-3">
              <span className="min-w-0 truncate font-medium">{entry.journeyName}</span>
              <span className="shrink-0 tabular-nums">{t('people', { count: entry.count ?? 0 })}</span>
            </p>
            {entry.message ? <p className="mt-0.5 text-xs break-words text-warn">{entry.message}</p> : null}
          </li>
        ))}
      </ul>
      <p className="mt-3 text-xs text-muted">{t('note')}</p>
    </div>
  );
}
