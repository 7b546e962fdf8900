'use client';

import { api } from '@wend/contract/plain';
import type { OccurrenceState, ScheduleOccurrence } from '@wend/contract';
import { useQuery } from '@tanstack/react-query';
import { useTranslations } from 'next-intl';
import { Badge } from '@/components/ui/badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { call } from '@/lib/api-client';
import { formatNumber } from '@/lib/format';
import { useMay } from '@/lib/session';

const tones = {
  running: 'accent',
  ran: 'good',
  stopped: 'neutral',
  failed: 'bad',
  missed: 'bad',
  skipped: 'neutral',
} as const satisfies Record<OccurrenceState, string>;

/** What became of a published schedule: its past times, and when it comes next. Nothing before it was published. */
export function ScheduleTimes({ journeyId, node }: { journeyId: string; node: string }) {
  const t = useTranslations('editor-schedule.past');
  const may = useMay(api.journeySchedules.access);
  const { data, isError } = useQuery({
    queryKey: ['journey-schedules', journeyId],
    queryFn: ({ signal }) => call(api.journeySchedules, { params: { id: journeyId }, signal }),
    enabled: may,
    refetchInterval: 5_000,
  });
  const schedule = data?.schedules.find((each) => each.node === node);
  if (isError) return <p className="text-xs text-bad">{t('failed')}</p>;
  if (!schedule) return null;
  const [next] = schedule.next;
  return (
    <section aria-label={t('title')} className="space-y-2 border-t border-line pt-4">
      <div className="flex items-baseline justify-between gap-3">
        <h3 className="font-medium">{t('title')}</h3>
        <p className="text-xs text-muted">
          {next === undefined ? t('over') : t.rich('next', { time: () => <RelativeTime at={next} /> })}
        </p>
      </div>
      {schedule.past.length === 0 ? (
        <p className="text-xs text-muted">{t('empty')}</p>
      ) : (
        <ol className="divide-y divide-line rounded-lg border border-line bg-raised">
          {schedule.past.map((each) => (
            <Occurrence key={each.name} occurrence={each} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Occurrence({ occurrence }: { occurrence: ScheduleOccurrence }) {
  const t = useTranslations('editor-schedule.past');
  const { name, state, people, entered, held, refused, missed, from } = occurrence;
  return (
    <li className="px-3 py-2">
      <div className="flex items-center justify-between gap-3">
        <span className="flex items-baseline gap-2 tabular-nums">
          {name.replace('T', ' ')}
          <RelativeTime at={from} className="text-xs text-muted" />
        </span>
        <Badge tone={tones[state]}>{t(`states.${state}`)}</Badge>
      </div>
      <p className="mt-0.5 text-xs text-muted">
        {state === 'missed' || state === 'skipped' || (state === 'stopped' && people === 0)
          ? t(`why.${state}`)
          : t('people', {
              people: formatNumber(people),
              entered: formatNumber(entered + held),
              refused: formatNumber(refused),
            })}
        {held > 0 && ` ${t('held', { held: formatNumber(held) })}`}
        {missed > 0 && state !== 'missed' && ` ${t('someMissed', { count: missed })}`}
      </p>
    </li>
  );
}
