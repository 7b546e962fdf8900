'use client';

import { api } from '@wend/contract/plain';
import type { EnrollmentDetail } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FastForward, FlaskConical, Info } from 'lucide-react';
import { Button } from '@/components/ui/button';
import { RunStatusBadge } from '@/components/ui/status-badge';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { formatTime } from '../runs/format';
import { runKeys } from '../runs/run-queries';
import { endWords } from '../replay/replay-model';
import { goToMoment } from '../replay/replay-store';
import { MessagesOfRun } from './messages-of-run';
import { SendEvent } from './send-event';

type Target = { seconds: number } | 'next' | 'end';
const targets: { label: string; to: Target; title: string }[] = [
  { label: '+1 h', to: { seconds: 3_600 }, title: 'Let an hour pass' },
  { label: '+1 day', to: { seconds: 86_400 }, title: 'Let a day pass' },
  { label: 'Next step', to: 'next', title: 'Let time pass until the present wait ends' },
  { label: 'To the end', to: 'end', title: 'Let time pass until the run ends or waits for an event only' },
];

/** Controls of a test run: where it stands, and how to let time pass and things happen. */
export function TestRunBar({ detail }: { detail: EnrollmentDetail }) {
  const may = useMay(api.fastForward.access);
  const ended = detail.endedAt !== null;
  const node = detail.node === null ? null : (detail.graph.nodes[detail.node]?.name ?? detail.node);
  return (
    <section aria-label="Test run" className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line bg-raised px-4 py-2 shadow-card">
      <p className="flex min-w-0 flex-1 items-center gap-2">
        <FlaskConical size={16} strokeWidth={1.75} className="shrink-0 text-decision" aria-hidden />
        <span className="font-mono whitespace-nowrap" title="The time of this run">{formatTime(detail.endedAt ?? detail.runTime, { style: 'date-seconds', zone: detail.profile.timeZone })}</span>
        <span className="truncate text-muted" role="status">{ended ? (endWords(detail) ?? 'Ended') : node ? `in “${node}”` : 'on its way'}</span>
        {ended ? <RunStatusBadge status={detail.status} /> : null}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        {!ended && may ? <PassTime detail={detail} /> : null}
        {!ended && may ? <SendEvent detail={detail} /> : null}
        <MessagesOfRun detail={detail} />
        {!ended && may ? <EndTest run={detail.id} /> : null}
      </div>
    </section>
  );
}

function PassTime({ detail }: { detail: EnrollmentDetail }) {
  const client = useQueryClient();
  const toast = useToast();
  const pass = useMutation({
    mutationFn: (to: Target) => call(api.fastForward, { params: { id: detail.id }, body: { to } }),
    // Back to the newest moment: what just happened is what one wants to see.
    onMutate: () => goToMoment({ run: detail.id, momentId: null }),
    onError: (error) => toast.fail('Time did not pass', error),
    onSettled: () => client.invalidateQueries({ queryKey: runKeys.run(detail.id) }),
  });
  if (!detail.canFastForward) {
    return <span className="flex items-center gap-1.5 text-xs text-muted" title="The Temporal server of this installation has time skipping off (or it is not a development server)."><Info size={14} strokeWidth={1.75} aria-hidden />This server cannot skip time: waits take as long as they say.</span>;
  }
  return (
    <div role="group" aria-label="Let time pass" className="flex flex-wrap items-center gap-1.5">
      <FastForward size={15} strokeWidth={1.75} className="text-muted" aria-hidden />
      {targets.map(({ label, to, title }) => (
        <Button key={label} size="sm" title={title} disabled={pass.isPending || (to === 'next' && !detail.wait?.until)} busy={pass.isPending && pass.variables === to} onClick={() => pass.mutate(to)}>{label}</Button>
      ))}
    </div>
  );
}

function EndTest({ run }: { run: string }) {
  const client = useQueryClient();
  const toast = useToast();
  const end = useMutation({
    mutationFn: () => call(api.cancelEnrollment, { params: { id: run }, body: { reason: 'Test run ended by hand' } }),
    onError: (error) => toast.fail('The test run could not be ended', error),
    onSettled: () => client.invalidateQueries({ queryKey: runKeys.run(run) }),
  });
  return <Button size="sm" variant="ghost" busy={end.isPending} onClick={() => end.mutate()}>End</Button>;
}
