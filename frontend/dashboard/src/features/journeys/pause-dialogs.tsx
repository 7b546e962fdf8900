'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { JourneyPause, JourneySummary, OverduePolicy } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, Skeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { OverdueChoice } from './overdue-choice';
import { journeysKey, useControlJourney } from './use-journeys';

type DialogProps = {
  journey: Pick<JourneySummary, 'id' | 'name'>;
  onClose: () => void;
  onDone?: ((journey: JourneySummary) => void) | undefined;
};

/** The last pause of a journey and what it holds, kept current. */
export function useJourneyPause(id: string, { enabled = true }: { enabled?: boolean } = {}) {
  return useQuery({
    queryKey: [...journeysKey, 'pause', id],
    queryFn: ({ signal }) => call(api.journeyPause, { params: { id }, signal }),
    refetchInterval: 5_000,
    enabled,
  });
}

/** Asks what becomes of what falls due, and pauses; or changes that while the journey is paused. */
export function PauseJourneyDialog({ journey, onClose, onDone, before }: DialogProps & { before?: OverduePolicy }) {
  const t = useTranslations('journeys.pauseDialogs');
  const control = useControlJourney({ quiet: before !== undefined });
  const [overdue, setOverdue] = useState<OverduePolicy>(before ?? 'hold');
  const pause = () =>
    control.mutate(
      { id: journey.id, action: 'pause', overdue },
      {
        onSuccess: (changed) => {
          onDone?.(changed);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={before ? t('changeTitle') : t('pauseTitle', { name: journey.name })}
      description={before ? undefined : t('pauseHint')}
      onSubmit={pause}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={control.isPending}>
            {before ? t('save') : t('pause')}
          </Button>
        </>
      }
    >
      <OverdueChoice value={overdue} onChange={setOverdue} />
      <p className="mt-3 text-xs text-muted">{t('changeLater')}</p>
      <FormError error={control.error} className="mt-3" />
    </Dialog>
  );
}

/** Shows what resuming does before it does it. */
export function ResumeJourneyDialog({ journey, onClose, onDone }: DialogProps) {
  const t = useTranslations('journeys.pauseDialogs');
  const shown = useJourneyPause(journey.id);
  const control = useControlJourney();
  const [chosen, setChosen] = useState<OverduePolicy | null>(null);
  const [perMinute, setPerMinute] = useState<number | undefined>(undefined);
  const counts = useCounts(shown.data);
  const overdue = chosen ?? shown.data?.pause?.overdue ?? 'hold';
  const resume = () =>
    control.mutate(
      { id: journey.id, action: 'resume', overdue, ...(perMinute === undefined ? {} : { perMinute }) },
      {
        onSuccess: (changed) => {
          onDone?.(changed);
          onClose();
        },
      },
    );
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      title={t('resumeTitle', { name: journey.name })}
      onSubmit={resume}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" disabled={!shown.data} busy={control.isPending}>
            {t('resume')}
          </Button>
        </>
      }
    >
      {shown.error ? (
        <ErrorState error={shown.error} title={t('loadFailed')} onRetry={() => void shown.refetch()} />
      ) : shown.data ? (
        <>
          <HeldFigures held={shown.data.held} waiting={shown.data.waiting} />
          <div className="mt-4">
            <OverdueChoice value={overdue} onChange={setChosen} counts={counts} />
          </div>
          <Field className="mt-4" label={t('pace')} help={t('paceHelp')} error={fieldError(control.error, 'perMinute')}>
            {(field) => (
              <NumberInput
                {...field}
                className="w-56"
                value={perMinute}
                placeholder={t('paceNone')}
                unit={t('paceUnit')}
                onChange={setPerMinute}
              />
            )}
          </Field>
          <FormError error={control.error} className="mt-3" />
        </>
      ) : (
        <Skeleton className="h-64" />
      )}
    </Dialog>
  );
}

function useCounts(pause: JourneyPause | undefined): Partial<Record<OverduePolicy, string>> {
  const t = useTranslations('journeys.pauseDialogs');
  if (!pause) return {};
  const { runs, messages, superseded } = pause.held;
  return {
    hold: t('counts.hold', { messages, runs }),
    skip: t('counts.skip', { messages, runs }),
    shift: t('counts.shift', { shifting: pause.shifting, messages }),
    latest: t('counts.latest', { superseded, runs }),
  };
}

/** What a pause holds. */
function HeldFigures({ held, waiting }: Pick<JourneyPause, 'held' | 'waiting'>) {
  const t = useTranslations('journeys.pauseDialogs');
  const oldest = [held.oldestMessage, held.oldestRun].filter((each) => each !== null).sort()[0] ?? null;
  const rows = [
    { label: t('figures.runs'), value: t('figure', { count: held.runs }) },
    { label: t('figures.entering'), value: t('figure', { count: held.entering }) },
    { label: t('figures.messages'), value: t('figure', { count: held.messages }) },
    { label: t('figures.oldest'), value: <RelativeTime at={oldest} /> },
    { label: t('figures.waiting'), value: t('figure', { count: waiting }) },
  ];
  return (
    <dl className="grid grid-cols-[1fr_auto] gap-x-4 gap-y-1 rounded-lg bg-canvas p-3" data-testid="held-figures">
      {rows.map(({ label, value }) => (
        <div key={label} className="contents">
          <dt className="text-muted">{label}</dt>
          <dd className="text-right tabular-nums">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
