'use client';

import { api } from '@wend/contract/plain';
import type { EnrollmentDetail, FastForward as Passing, FastForwardTarget } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FastForward, Info } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useRef } from 'react';
import { Button } from '@/components/ui/button';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { runKeys } from '../runs/run-queries';
import { goToMoment } from '../replay/replay-store';
import { outcomeWords, passingWords, shareDone, waitsWords } from './pass-time-words';

const targets = [
  { name: 'hour', to: { seconds: 3_600 } },
  { name: 'day', to: { seconds: 86_400 } },
  { name: 'next', to: 'next' },
  { name: 'end', to: 'end' },
] as const satisfies { name: string; to: FastForwardTarget }[];

type PassTimeProps = {
  detail: EnrollmentDetail;
  passing: Passing | null;
  may: boolean;
};

/** How to let time pass in a test run; while it does, how far it is and how to stop it. */
export function PassTime({ detail, passing, may }: PassTimeProps) {
  const t = useTranslations('editor-test-run.passTime');
  const running = passing?.state === 'running';
  const place = useFocusKept(running);
  if (!detail.canFastForward && !running) {
    return may ? (
      <span className="flex items-center gap-1.5 text-xs text-muted" title={t('noSkippingTitle')}>
        <Info size={14} strokeWidth={1.75} aria-hidden />
        {t('noSkipping')}
      </span>
    ) : null;
  }
  return (
    <div ref={place} role="group" aria-label={t('passTime')} className="flex flex-wrap items-center gap-1.5">
      <FastForward size={15} strokeWidth={1.75} className="text-muted" aria-hidden />
      {running ? <Progress passing={passing} may={may} run={detail.id} /> : may ? <Targets detail={detail} /> : null}
    </div>
  );
}

/** What came of the last time that was let pass, where there is something to say. */
export function PassTimeOutcome({ detail, passing }: { detail: EnrollmentDetail; passing: Passing | null }) {
  const t = useTranslations('editor-test-run.passTimeWords');
  const outcome = passing && detail.endedAt === null ? outcomeWords(t, passing) : null;
  // An event may have moved the run since: then time takes it further again.
  const stale = passing?.reached === 'event' && detail.wait?.until != null;
  return (
    <p
      role="status"
      className={outcome && !stale ? `w-full text-xs ${outcome.tone === 'bad' ? 'text-bad' : 'text-muted'}` : 'sr-only'}
    >
      {stale ? '' : outcome?.text}
    </p>
  );
}

function Targets({ detail }: { detail: EnrollmentDetail }) {
  const t = useTranslations('editor-test-run.passTime');
  const client = useQueryClient();
  const toast = useToast();
  const pass = useMutation({
    mutationFn: (to: FastForwardTarget) => call(api.fastForward, { params: { id: detail.id }, body: { to } }),
    // Back to the newest moment: what just happened is what one wants to see.
    onMutate: () => goToMoment({ run: detail.id, momentId: null }),
    onSuccess: (fastForward) =>
      client.setQueryData<EnrollmentDetail>(runKeys.run(detail.id), (known) => known && { ...known, fastForward }),
    onError: (error) => {
      toast.fail(t('notPassed'), error);
      void client.invalidateQueries({ queryKey: runKeys.run(detail.id) });
    },
  });
  return targets.map(({ name, to }) => (
    <Button
      key={name}
      size="sm"
      title={t(`${name}Title`)}
      disabled={pass.isPending || (to === 'next' && !detail.wait?.until)}
      busy={pass.isPending && pass.variables === to}
      onClick={() => pass.mutate(to)}
    >
      {t(name)}
    </Button>
  ));
}

function Progress({ passing, may, run }: { passing: Passing; may: boolean; run: string }) {
  const t = useTranslations('editor-test-run.passTime');
  const told = useTranslations('editor-test-run.passTimeWords');
  const client = useQueryClient();
  const toast = useToast();
  const cancel = useMutation({
    mutationFn: () => call(api.cancelFastForward, { params: { id: run } }),
    onError: (error) => toast.fail(t('couldNotCancel'), error),
    onSettled: () => client.invalidateQueries({ queryKey: runKeys.run(run) }),
  });
  const words = passingWords(told, passing);
  const waits = waitsWords(told, passing.waits);
  const share = shareDone(passing);
  const percent = share === null ? null : Math.round(share * 100);
  return (
    <>
      <div className="mr-1.5 min-w-52">
        <p className="flex justify-between gap-3 text-xs">
          <span className="truncate">{words}</span>
          <span className="whitespace-nowrap text-muted tabular-nums">{waits}</span>
        </p>
        <div
          role="progressbar"
          aria-label={words}
          aria-valuemin={0}
          aria-valuemax={100}
          {...(percent === null ? {} : { 'aria-valuenow': percent })}
          aria-valuetext={percent === null ? waits : t('share', { percent, waits })}
          className="mt-1 h-1 overflow-hidden rounded-full bg-line"
        >
          <span
            className={
              percent === null
                ? 'block h-full w-full animate-pulse-soft rounded-full bg-accent'
                : 'block h-full rounded-full bg-accent transition-[width] duration-300'
            }
            style={percent === null ? undefined : { width: `${percent}%` }}
          />
        </div>
      </div>
      {may ? (
        <Button size="sm" busy={cancel.isPending || passing.cancelling} onClick={() => cancel.mutate()}>
          {t('cancel')}
        </Button>
      ) : null}
    </>
  );
}

/**
 * Buttons give way to others when time begins to pass and when it has: whoever works with the keyboard stays where
 * these are.
 */
function useFocusKept(running: boolean) {
  const place = useRef<HTMLDivElement>(null);
  const inside = useRef(false);
  useEffect(() => {
    const element = place.current;
    if (!element) return;
    const note = (event: FocusEvent) => {
      inside.current = event.type === 'focusin' || (event.relatedTarget === null && inside.current);
    };
    const leave = (event: FocusEvent) => {
      if (event.target instanceof Node && !element.contains(event.target)) inside.current = false;
    };
    const press = (event: PointerEvent) => {
      if (event.target instanceof Node && !element.contains(event.target)) inside.current = false;
    };
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
    if (inside.current && !place.current?.contains(document.activeElement))
      place.current?.querySelector<HTMLElement>('button:not(:disabled)')?.focus();
  }, [running]);
  return place;
}
