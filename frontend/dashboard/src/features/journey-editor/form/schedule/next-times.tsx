'use client';

import { nextOccurrences, readSchedule } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Select } from '@/components/ui/select';
import { useSession } from '@/lib/session';
import type { ScheduleDraft } from './schedule-draft';

const shown = 5;
/** Around the world, so that one sees how a day goes round. */
const examples = ['Asia/Seoul', 'Asia/Kolkata', 'Europe/Berlin', 'America/New_York', 'America/Los_Angeles'];

/** The next five times, where the workspace is or, as an example, where a person may be. */
export function NextTimes({ draft }: { draft: ScheduleDraft }) {
  const t = useTranslations('editor-schedule');
  const { timeZone } = useSession().workspace;
  const [chosen, setChosen] = useState(timeZone);
  const [now] = useState(() => Date.now());
  const schedule = readSchedule(draft);
  if (schedule === null) return null;
  const own = schedule.zone === 'person' ? chosen : timeZone;
  const next = nextOccurrences({ schedule, zone: own, after: now, limit: shown });
  return (
    <div className="border-t border-line pt-3">
      <div className="mb-1.5 flex items-center justify-between gap-2">
        <p className="font-medium">{t('next')}</p>
        {schedule.zone === 'person' ? (
          <Select
            aria-label={t('exampleZone')}
            className="w-44! text-xs"
            value={own}
            onChange={setChosen}
            options={[...new Set([timeZone, ...examples])].map((each) => ({ value: each, label: zoneWords(each) }))}
          />
        ) : (
          <span className="text-xs text-muted">{zoneWords(own)}</span>
        )}
      </div>
      {next.length === 0 ? (
        <p className="rounded-md bg-warn-soft px-2 py-1.5 text-xs text-warn">{t('none')}</p>
      ) : (
        <ol className="space-y-1 text-xs text-muted tabular-nums">
          {next.map(({ at }) => (
            <li key={at} className="flex justify-between gap-3">
              <time dateTime={new Date(at).toISOString()}>{timeWords(at, own)}</time>
              <span>{offsetWords(at, own)}</span>
            </li>
          ))}
        </ol>
      )}
    </div>
  );
}

function zoneWords(zone: string): string {
  return zone.replaceAll('_', ' ');
}

function timeWords(at: number, zone: string): string {
  return new Intl.DateTimeFormat('en-GB', {
    timeZone: zone,
    weekday: 'short',
    day: 'numeric',
    month: 'short',
    year: 'numeric',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).format(at);
}

/** `UTC+2`: it says when clocks change. */
function offsetWords(at: number, zone: string): string {
  const part = new Intl.DateTimeFormat('en-GB', { timeZone: zone, timeZoneName: 'shortOffset' })
    .formatToParts(at)
    .find(({ type }) => type === 'timeZoneName');
  return (part?.value ?? '').replace('GMT', 'UTC');
}
