'use client';

import { doubleOptInChannel, doubleOptInGraph, nameTooLong } from '@wend/contract/plain';
import type { Graph, Topic } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useRouter } from 'next/navigation';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useTopics } from '@/features/consents/use-topics';
import { exampleJourney } from './example';
import { StartChoice } from './start-choice';
import type { Start } from './start-choice';
import { useCreateJourney } from './use-journeys';

/** A new journey: empty, or with a draft to start from. */
export function CreateJourneyDialog({ onClose }: { onClose: () => void }) {
  const t = useTranslations('journeys.journeyDialogs');
  const [name, setName] = useState('');
  const [start, setStart] = useState<Start>({ kind: 'empty' });
  const [topic, setTopic] = useState<Topic | null>(null);
  const router = useRouter();
  const create = useCreateJourney();
  const graph = graphOf(start, topic);
  /** A name of one's own stays; that of a journey of the gallery goes with it. */
  const choose = (next: Start) => {
    const given = start.kind === 'gallery' ? start.journey.title : '';
    if (name.trim() === given) setName(next.kind === 'gallery' ? next.journey.title : '');
    setStart(next);
  };
  const submit = () =>
    create.mutate(
      { name: name.trim(), ...(graph && { graph }) },
      { onSuccess: ({ id }) => router.push(`/journeys/${id}`) },
    );
  const isReady = name.trim() !== '' && nameTooLong(name) === null && (start.kind !== 'doubleOptIn' || topic !== null);
  return (
    <Dialog
      open
      onOpenChange={(open) => {
        if (!open) onClose();
      }}
      wide
      title={t('newJourney')}
      description={t('createHint')}
      onSubmit={submit}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" disabled={!isReady} busy={create.isPending || create.isSuccess}>
            {t('createJourney')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('name')} error={nameTooLong(name) ?? fieldError(create.error, 'name')} help={t('nameHelp')}>
          {(control) => (
            <Input
              {...control}
              autoFocus
              placeholder={t('namePlaceholder')}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          )}
        </Field>
        <div>
          <p className="mb-1 font-medium">{t('startWith')}</p>
          <StartChoice start={start} onChange={choose} />
        </div>
        {start.kind === 'doubleOptIn' ? <OptInTopic topic={topic} onChange={setTopic} /> : null}
        <FormError error={create.error} />
      </div>
    </Dialog>
  );
}

function graphOf(start: Start, topic: Topic | null): Graph | null {
  if (start.kind === 'gallery') return start.journey.graph;
  if (start.kind === 'example') return exampleJourney.graph;
  return start.kind === 'doubleOptIn' && topic ? doubleOptInGraph(topic) : null;
}

/** What people are asked to confirm: only topics that they have to ask for, by email. */
function OptInTopic({ topic, onChange }: { topic: Topic | null; onChange: (topic: Topic) => void }) {
  const t = useTranslations('journeys.journeyDialogs');
  const topics = useTopics();
  const offered = topics.data?.filter(
    ({ archivedAt, starts, channels }) =>
      archivedAt === null && starts === 'unsubscribed' && channels.includes(doubleOptInChannel),
  );
  if (topics.isError) return <FormError error={topics.error} />;
  if (offered?.length === 0)
    return (
      <p className="rounded-lg bg-warn-soft px-3 py-2">
        {t.rich('noTopic', {
          link: (chunks) => (
            <Link className="font-medium text-accent hover:underline" href="/settings?tab=topics">
              {chunks}
            </Link>
          ),
        })}
      </p>
    );
  return (
    <Field label={t('topic')} help={t('topicHelp')}>
      {(control) => (
        <Select
          {...control}
          value={topic?.key}
          placeholder={t('chooseTopic')}
          options={(offered ?? []).map(({ key, name }) => ({ value: key, label: name }))}
          onChange={(key) => onChange(offered!.find((each) => each.key === key)!)}
        />
      )}
    </Field>
  );
}
