'use client';

import type { EnrollmentSummary } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Avatar } from '@/components/ui/avatar';
import { Badge } from '@/components/ui/badge';
import { RunStatusBadge } from '@/components/ui/status-badge';
import type { Translator } from '@/i18n/translator';
import { formatTime, hoverTime } from './format';
import { openRun } from './run-url';

type RunRowProps = {
  run: EnrollmentSummary;
  nodeName: string | null;
  badge?: boolean;
};

/** One run in a list: who, since when, where; a click replays it. */
export function RunRow({ run, nodeName, badge = true }: RunRowProps) {
  const t = useTranslations('editor-runs.runRow');
  const time = useTranslations('common.time');
  const { profile } = run;
  const since = run.nodeSince ?? run.enteredAt;
  return (
    <li>
      <button
        type="button"
        onClick={() => openRun({ run: run.id })}
        className="-mx-2 flex w-[calc(100%+16px)] items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-canvas"
      >
        <Avatar name={profile.name} />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{profile.name}</span>
          <span
            className="block truncate text-xs text-muted tabular-nums"
            title={hoverTime(time, { at: run.endedAt ?? since, their: profile.timeZone })}
          >
            {lineOf(t, { run, nodeName, since: formatTime(since, { style: sinceStyle(since) }) })}
          </span>
        </span>
        {run.control ? <Badge>{t('control')}</Badge> : null}
        {run.goals.length > 0 ? (
          <span title={run.goals.join(', ')}>
            <Badge tone="good">{t('goals', { count: run.goals.length })}</Badge>
          </span>
        ) : null}
        {/* Where a run stands says already that it goes on. */}
        {badge && run.status !== 'running' ? <RunStatusBadge status={run.status} /> : null}
      </button>
    </li>
  );
}

type Line = { run: EnrollmentSummary; nodeName: string | null; since: string };

function lineOf(t: Translator<'editor-runs.runRow'>, { run, nodeName, since }: Line): string {
  if (run.held) return t('held', { since });
  if (run.endedAt !== null) return t('ended', { at: formatTime(run.endedAt, { style: 'date' }) });
  return nodeName ? t('at', { step: nodeName, since }) : t('since', { since });
}

/** A time of day says enough for what began within the last day. */
function sinceStyle(at: string): 'time' | 'date' {
  return Math.abs(Date.now() - Date.parse(at)) < 20 * 3_600_000 ? 'time' : 'date';
}
