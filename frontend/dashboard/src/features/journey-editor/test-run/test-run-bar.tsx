'use client';

import { api, stepOf } from '@wend/contract/plain';
import type { EnrollmentDetail } from '@wend/contract';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { FlaskConical } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Button } from '@/components/ui/button';
import { RunStatusBadge } from '@/components/ui/status-badge';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { formatTime, hoverTime } from '../runs/format';
import { runKeys, useFastForward } from '../runs/run-queries';
import { endWords } from '../replay/replay-model';
import { AnswerOfRun } from './answer-of-run';
import { MessagesOfRun } from './messages-of-run';
import { PassTime, PassTimeOutcome } from './pass-time';
import { SendEvent } from './send-event';

/** Controls of a test run: where it stands, and how to let time pass and things happen. */
export function TestRunBar({ detail }: { detail: EnrollmentDetail }) {
  const t = useTranslations('editor-test-run.testRunBar');
  const time = useTranslations('common.time');
  const replay = useTranslations('editor-replay');
  const may = useMay(api.fastForward.access);
  const passing = useFastForward(detail);
  const running = passing?.state === 'running';
  const ended = detail.endedAt !== null;
  const node = detail.node === null ? null : (stepOf(detail, detail.node)?.name ?? detail.node);
  return (
    <section
      aria-label={t('testRun')}
      className="flex flex-wrap items-center gap-x-3 gap-y-2 rounded-xl border border-line bg-raised px-4 py-2 shadow-card"
    >
      <p className="flex min-w-0 flex-1 items-center gap-2">
        <FlaskConical size={16} strokeWidth={1.75} className="shrink-0 text-decision" aria-hidden />
        <span
          className="font-mono whitespace-nowrap"
          title={t('time', {
            time: hoverTime(time, {
              at: detail.endedAt ?? (running ? passing.runTime : detail.runTime),
              their: detail.profile.timeZone,
            }),
          })}
        >
          {formatTime(detail.endedAt ?? (running ? passing.runTime : detail.runTime), { style: 'date-seconds' })}
        </span>
        <span className="truncate text-muted" role="status">
          {ended ? (endWords(replay, detail) ?? t('ended')) : node ? t('at', { node }) : t('moving')}
        </span>
        {ended ? <RunStatusBadge status={detail.status} /> : null}
      </p>
      <div className="flex flex-wrap items-center gap-1.5">
        {!ended ? <PassTime detail={detail} passing={passing} may={may} /> : null}
        {ended ? null : <AnswerOfRun detail={detail} passing={running} />}
        {!ended && may ? <SendEvent detail={detail} passing={running} /> : null}
        <MessagesOfRun detail={detail} />
        {!ended && may ? <EndTest run={detail.id} /> : null}
      </div>
      <PassTimeOutcome detail={detail} passing={passing} />
    </section>
  );
}

function EndTest({ run }: { run: string }) {
  const t = useTranslations('editor-test-run.testRunBar');
  const client = useQueryClient();
  const toast = useToast();
  const end = useMutation({
    mutationFn: () => call(api.cancelEnrollment, { params: { id: run }, body: { reason: t('endedByHand') } }),
    onError: (error) => toast.fail(t('couldNotEnd'), error),
    onSettled: () => client.invalidateQueries({ queryKey: runKeys.run(run) }),
  });
  return (
    <Button size="sm" variant="ghost" busy={end.isPending} onClick={() => end.mutate()}>
      {t('end')}
    </Button>
  );
}
