'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { CopyButton } from '@/components/ui/code-block';
import { Dialog } from '@/components/ui/dialog';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { call } from '@/lib/api-client';
import { Explained } from './explained';

type Person = { id: string; name: string };
type Step = { journeyId: string; node: string; name: string };

/** “Why did she not get it?” of somebody’s page: a journey and a step are chosen, there may be no message at all. */
export function WhyPerson({ person }: { person: Person }) {
  const t = useTranslations('messages.why');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button size="sm" onClick={() => setOpen(true)}>
        {t('askPerson')}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t('ask')} description={t('choose', person)} wide>
        {open ? <Choice person={person} /> : null}
      </Dialog>
    </>
  );
}

/** The same of one run and a step of its journey. */
export function WhyRun({ person, run, step }: { person: Person; run: string; step: Step }) {
  const t = useTranslations('messages.why');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button variant="link" size="sm" className="px-0!" onClick={() => setOpen(true)}>
        {t('ask')}
      </Button>
      <Dialog open={open} onOpenChange={setOpen} title={t('ask')} wide>
        {open ? <StepAnswer person={person} step={step} run={run} /> : null}
      </Dialog>
    </>
  );
}

function Choice({ person }: { person: Person }) {
  const t = useTranslations('messages.why');
  const [journeyId, setJourney] = useState<string>();
  const [node, setNode] = useState<string>();
  const journeys = useQuery({
    queryKey: ['journeys', 'pick'],
    queryFn: ({ signal }) => call(api.list, { signal }),
    staleTime: 30_000,
  });
  const steps = useQuery({
    queryKey: ['journeys', journeyId, 'message-steps'],
    queryFn: ({ signal }) => call(api.sendLedger, { params: { id: journeyId! }, query: { count: 'false' }, signal }),
    enabled: journeyId !== undefined,
  });
  const items = steps.data?.items ?? [];
  const step = items.find((each) => each.node === node) ?? (items.length === 1 ? items[0] : undefined);
  const error = journeys.error ?? steps.error;
  return (
    <div className="space-y-4">
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('journey')}>
          {(control) => (
            <Select
              {...control}
              className="w-full"
              placeholder={t('chooseJourney')}
              value={journeyId}
              onChange={(next) => {
                setJourney(next);
                setNode(undefined);
              }}
              options={(journeys.data?.items ?? []).map(({ id, name }) => ({ value: id, label: name }))}
            />
          )}
        </Field>
        <Field
          label={t('step')}
          help={journeyId !== undefined && steps.data && items.length === 0 ? t('noSteps') : undefined}
        >
          {(control) => (
            <Select
              {...control}
              className="w-full"
              placeholder={t('chooseStep')}
              disabled={items.length === 0}
              value={step?.node}
              onChange={setNode}
              options={items.map((each) => ({ value: each.node, label: each.name }))}
            />
          )}
        </Field>
      </div>
      {error ? (
        <ErrorState
          error={error}
          title={t('failed')}
          onRetry={() => void (journeys.isError ? journeys.refetch() : steps.refetch())}
        />
      ) : null}
      {journeyId !== undefined && step ? (
        <StepAnswer person={person} step={{ journeyId, node: step.node, name: step.name }} />
      ) : null}
    </div>
  );
}

function StepAnswer({ person, step, run }: { person: Person; step: Step; run?: string }) {
  const t = useTranslations('messages.why');
  const { journeyId, node } = step;
  const why = useQuery({
    queryKey: ['journeys', journeyId, 'explanation', person.id, node, run],
    queryFn: ({ signal }) =>
      call(api.stepExplanation, {
        params: { id: journeyId },
        query: { profileId: person.id, node, ...(run !== undefined && { run }) },
        signal,
      }),
  });
  if (why.isError && !why.data)
    return <ErrorState error={why.error} title={t('failed')} onRetry={() => void why.refetch()} />;
  if (!why.data) return <ListSkeleton rows={6} className="-mx-4" />;
  const { explanation, says } = why.data;
  if (explanation) return <Explained why={explanation} />;
  return (
    <div className="flex items-start gap-2 rounded-lg bg-canvas px-3 py-2.5">
      <div className="min-w-0 flex-1">
        <p className="text-xs text-muted">{`${person.name} · ${step.name}`}</p>
        <p className="font-medium break-words">{says}</p>
      </div>
      <CopyButton text={`${person.name} · ${step.name}: ${says ?? ''}`} label={t('copy')} />
    </div>
  );
}
