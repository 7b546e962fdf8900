'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { CirclePause, CirclePlay, CircleStop } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { RelativeTime } from '@/components/ui/relative-time';
import { PauseJourneyDialog, ResumeJourneyDialog, useJourneyPause } from '@/features/journeys/pause-dialogs';
import { journeysKey } from '@/features/journeys/use-journeys';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { useEditor, useEditorStore } from '../store/editor-context';

const strip = 'flex flex-wrap items-center gap-x-3 gap-y-2 border-b border-line px-4 py-2';

/** Who stopped the journey, why, and how far its runs have ended. */
function StopBanner({ id }: { id: string }) {
  const t = useTranslations('editor-shell.pauseBanner');
  const { data } = useQuery({
    queryKey: [...journeysKey, 'stop', id],
    queryFn: ({ signal }) => call(api.journeyStop, { params: { id }, signal }),
    refetchInterval: ({ state }) => ((state.data?.stop?.left ?? 0) > 0 ? 2_000 : false),
  });
  if (!data?.stop) return null;
  const { stoppedAt, stoppedBy: by, reason, runs, left } = data.stop;
  return (
    <div role="status" data-testid="stopped" className={`${strip} bg-canvas text-muted`}>
      <CircleStop size={16} aria-hidden />
      <p className="min-w-60 flex-1">
        {t.rich('stopped', { by, at: () => <RelativeTime at={stoppedAt} /> })}{' '}
        {left > 0 ? t('ending', { ended: Math.max(0, runs - left), runs }) : t('ended', { runs })}{' '}
        {reason === null ? null : t('stopReason', { reason })}
      </p>
    </div>
  );
}

/** While a journey is paused: what becomes of what falls due, and how much is held. After it: how much is still to go on. */
export function PauseBanner() {
  const t = useTranslations('editor-shell.pauseBanner');
  const store = useEditorStore();
  const status = useEditor((state) => state.status);
  const name = useEditor((state) => state.name);
  const id = useEditor((state) => state.journeyId);
  const mayControl = useMay(api.control.access);
  const [dialog, setDialog] = useState<'change' | 'resume' | null>(null);
  const { data } = useJourneyPause(id, { enabled: status === 'paused' || status === 'live' });
  const close = () => setDialog(null);
  if (status === 'stopped') return <StopBanner id={id} />;
  if (!data?.pause) return null;
  const { pause, held } = data;
  if (status === 'live')
    return pause.resumedAt !== null && held.runs + held.messages > 0 ? (
      <div role="status" data-testid="resuming" className={`${strip} bg-canvas text-muted`}>
        <CirclePlay size={16} aria-hidden />
        <p className="flex-1">
          {t('resuming', { runs: held.runs, messages: held.messages })}
          {pause.perMinute === null ? null : ` ${t('pace', { count: pause.perMinute })}`}
        </p>
      </div>
    ) : null;
  if (status !== 'paused' || pause.resumedAt !== null) return null;
  return (
    <div role="status" data-testid="paused" className={`${strip} bg-warn-soft text-warn`}>
      <CirclePause size={16} aria-hidden />
      <p className="min-w-60 flex-1">
        {t.rich('paused', {
          by: pause.pausedBy ?? t('somebody'),
          at: () => <RelativeTime at={pause.pausedAt} />,
        })}{' '}
        {t(`policies.${pause.overdue}`)} {t('held', { runs: held.runs, messages: held.messages })}
      </p>
      {mayControl ? (
        <>
          <Button size="sm" onClick={() => setDialog('change')}>
            {t('change')}
          </Button>
          <Button size="sm" onClick={() => setDialog('resume')}>
            {t('resume')}
          </Button>
        </>
      ) : null}
      {dialog === 'change' ? (
        <PauseJourneyDialog journey={{ id, name }} before={pause.overdue} onClose={close} />
      ) : null}
      {dialog === 'resume' ? (
        <ResumeJourneyDialog
          journey={{ id, name }}
          onClose={close}
          onDone={(journey) => store.setState({ status: journey.status, version: journey.version })}
        />
      ) : null}
    </div>
  );
}
