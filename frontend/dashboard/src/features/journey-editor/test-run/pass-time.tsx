'use client';

import { api } from '@wend/contract/plain';
import type { EnrollmentDetail, FastForward as Passing, FastForwardTarget } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FastForward, Info } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { runKeys } from '../runs/run-queries';
import { goToMoment } from '../replay/replay-store';
import { outcomeWords, passingWords, shareDone, waitsWords } from './pass-time-words';

const targets: { label: string; to: FastForwardTarget; title: string }[] = [
  { label: '+1 h', to: { seconds: 3_600 }, title: 'Let an hour pass' },
  { label: '+1 day', to: { seconds: 86_400 }, title: 'Let a day pass' },
  { label: 'Next step', to: 'next', title: 'Let time pass until the present wait ends' },
  { label: 'To the end', to: 'end', title: 'Let time pass until the run ends or waits for an event only' },
];

/** How to let time pass in a test run; while it does, how far it is and how to stop it. */
export function PassTime({ detail, passing, may }: { detail: EnrollmentDetail; passing: Passing | null; may: boolean }) {
  const running = passing?.state === 'running';
  const place = useFocusKept(running);
  if (!detail.canFastForward && !running) {
    return may ? <span className="flex items-center gap-1.5 text-xs text-muted" title="The Temporal server of this installation has time skipping off (or it is not a development server)."><Info size={14} strokeWidth={1.75} aria-hidden />This server cannot skip time: waits take as long as they say.</span> : null;
  }
  return (
    <div ref={place} role="group" aria-label="Let time pass" className="flex flex-wrap items-center gap-1.5">
      <FastForward size={15} strokeWidth={1.75} className="text-muted" aria-hidden />
      {running ? <Progress passing={passing} zone={detail.profile.timeZone} may={may} run={detail.id} /> : may ? <Targets detail={detail} /> : null}
    </div>
  );
}

/** What came of the last time that was let pass, where there is something to say. */
export function PassTimeOutcome({ detail, passing }: { detail: EnrollmentDetail; passing: Passing | null }) {
  const outcome = passing && detail.endedAt === null ? outcomeWords(passing) : null;
  // An event may have moved the run since: then time takes it further again.
  const stale = passing?.reached === 'event' && detail.wait?.until != null;
  return <p role="status" className={outcome && !stale ? `w-full text-xs ${outcome.tone === 'bad' ? 'text-bad' : 'text-muted'}` : 'sr-only'}>{stale ? '' : outcome?.text}</p>;
}

function Targets({ detail }: { detail: EnrollmentDetail }) {
  const client = useQueryClient();
  const toast = useToast();
  const pass = useMutation({
    mutationFn: (to: FastForwardTarget) => call(api.fastForward, { params: { id: detail.id }, body: { to } }),
    // Back to the newest moment: what just happened is what one wants to see.
    onMutate: () => goToMoment({ run: detail.id, momentId: null }),
    onSuccess: (fastForward) => client.setQueryData<EnrollmentDetail>(runKeys.run(detail.id), (known) => known && { ...known, fastForward }),
    onError: (error) => {
      toast.fail('Time did not pass', error);
      void client.invalidateQueries({ queryKey: runKeys.run(detail.id) });
    },
  });
  return targets.map(({ label, to, title }) => (
    <Button key={label} size="sm" title={title} disabled={pass.isPending || (to === 'next' && !detail.wait?.until)} busy={pass.isPending && pass.variables === to} onClick={() => pass.mutate(to)}>{label}</Button>
  ));
}

function Progress({ passing, zone, may, run }: { passing: Passing; zone: string | null; may: boolean; run: string }) {
  const client = useQueryClient();
  const toast = useToast();
  const cancel = useMutation({
    mutationFn: () => call(api.cancelFastForward, { params: { id: run } }),
    onError: (error) => toast.fail('It could not be cancelled', error),
    onSettled: () => client.invalidateQueries({ queryKey: runKeys.run(run) }),
  });
  const words = passingWords(passing, zone);
  const share = shareDone(passing);
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <>
      <div className="mr-1.5 min-w-52">
        <p className="flex justify-between gap-3 text-xs"><span className="truncate">{words}</span><span className="whitespace-nowrap text-muted tabular-nums">{waitsWords(passing.waits)}</span></p>
        <div role="progressbar" aria-label={words} aria-valuemin={0} aria-valuemax={100} {...(percent === null ? {} : { 'aria-valuenow': percent })} aria-valuetext={`${percent === null ? '' : `${percent} %, `}${waitsWords(passing.waits)}`} className="mt-1 h-1 overflow-hidden rounded-full bg-line">
          <span className={percent === null ? 'block h-full w-full animate-pulse-soft rounded-full bg-accent' : 'block h-full rounded-full bg-accent transition-[width] duration-300'} style={percent === null ? undefined : { width: `${percent}%` }} />
        </div>
      </div>
      {may ? <Button size="sm" busy={cancel.isPending || passing.cancelling} onClick={() => cancel.mutate()}>Cancel</Button> : null}
    </>
  );
}

/** Buttons give way to others when time begins to pass and when it has: whoever works with the keyboard stays where these are. */
function useFocusKept(running: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const inside = useRef(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const note = (event: FocusEvent) => { inside.current = event.type === 'focusin' || (event.relatedTarget === null && inside.current); };
    const leave = (event: FocusEvent) => { if (event.target instanceof Node && !element.contains(event.target)) inside.current = false; };
    const press = (event: PointerEvent) => { if (event.target instanceof Node && !element.contains(event.target)) inside.current = false; };
    element.addEventListener('focusin', note);
    element.addEventListener('focusout', note);
    document.addEventListener('focusin', leave);
    document.addEventListener('pointerdown', press);
    return () => {
      element.removeEventListener('focusin', note);
      element.removeEventListener('focusout', note);
      document.removeEventListener('focusin', leave);
      document.removeEventListener('pointerdown', press);
    };
  }, []);
  useEffect(() => {
    if (inside.current && !place.current?.contains(document.activeElement)) place.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, [running]);
  return place;
}
