'use client';

import type { EnrollmentSummary } from '@wend/contract';
import { Avatar } from '@/components/ui/avatar';
import { RunStatusBadge } from '@/components/ui/status-badge';
import { formatTime } from './format';
import { openRun } from './run-url';

/** One run in a list: who, since when, where; a click replays it. */
export function RunRow({ run, nodeName, badge = true }: { run: EnrollmentSummary; nodeName: string | null; badge?: boolean }) {
  const { profile } = run;
  const since = run.nodeSince ?? run.enteredAt;
  const zone = profile.timeZone;
  return (
    <li>
      <button type="button" onClick={() => openRun({ run: run.id })} className="-mx-2 flex w-[calc(100%+16px)] items-center gap-3 rounded-md px-2 py-1.5 text-left hover:bg-canvas">
        <Avatar name={profile.name} />
        <span className="min-w-0 flex-1">
          <span className="block truncate">{profile.name}</span>
          <span className="block truncate text-xs text-muted tabular-nums" title={formatTime(since, { style: 'exact' })}>
            {lineOf({ run, nodeName, since: formatTime(since, { style: sinceStyle(since), zone }) })}{zone ? ` · ${zone}` : ''}
          </span>
        </span>
        {/* Where a run stands says already that it goes on. */}
        {badge && run.status !== 'running' ? <RunStatusBadge status={run.status} /> : null}
      </button>
    </li>
  );
}

function lineOf({ run, nodeName, since }: { run: EnrollmentSummary; nodeName: string | null; since: string }): string {
  if (run.held) return `Held by the pause since ${since}`;
  if (run.endedAt !== null) return `Ended ${formatTime(run.endedAt, { style: 'date', zone: run.profile.timeZone })}`;
  return nodeName ? `${nodeName} since ${since}` : `since ${since}`;
}

/** A time of day says enough for what began within the last day. */
function sinceStyle(at: string): 'time' | 'date' {
  return Math.abs(Date.now() - Date.parse(at)) < 20 * 3_600_000 ? 'time' : 'date';
}
