'use client';

import type { AwaitedBusinessEvent, BusinessEventAnswer, JsonObject } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { ComboInput } from '@/components/form/combo-input';
import { draftOf, ObjectEditor, objectOf } from '@/components/form/object/object-editor';
import type { ObjectDraft } from '@/components/form/object/object-editor';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { useToast } from '@/components/ui/toast';
import { newUuid } from '@/lib/new-uuid';
import { CountOfPeople } from './count-of-people';
import { useCountPeople, useSendEvent } from './use-business-events';

type SendDialogProps = {
  /** What to begin with. */
  sample: { name: string; properties: JsonObject };
  awaited: readonly AwaitedBusinessEvent[];
  onClose: () => void;
};

/** Sends an event in two steps: what happened, then how many people that lets in, which somebody says yes to. */
export function SendDialog({ sample, awaited, onClose }: SendDialogProps) {
  const t = useTranslations('business-events.send');
  const toast = useToast();
  const [name, setName] = useState(sample.name);
  const [draft, setDraft] = useState<ObjectDraft>(() => draftOf(sample.properties));
  // The same for all tries, so that a try whose answer was lost is not a second event.
  const [messageId] = useState(newUuid);
  const [answer, setAnswer] = useState<BusinessEventAnswer | null>(null);
  const count = useCountPeople();
  const send = useSendEvent();
  const properties = objectOf(draft);
  const ready = name.trim() !== '' && 'value' in properties;
  const event = { name: name.trim(), properties: 'value' in properties ? properties.value : {} };
  const total = answer?.count ?? 0;
  const ask = () => count.mutate(event, { onSuccess: setAnswer });
  const back = () => {
    setAnswer(null);
    count.reset();
    send.reset();
  };
  const submit = () => {
    if (!ready) return;
    if (!answer) return ask();
    if (total === 0) return;
    send.mutate(
      { ...event, messageId, expectedCount: total },
      {
        onSuccess: () => {
          toast.say(t('sent', { name: event.name }), { detail: t('sentDetail', { count: total }) });
          onClose();
        },
        // It may be another number by now: the one to say yes to is the one that is true.
        onError: ask,
      },
    );
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={answer ? t('confirmTitle', { name: event.name }) : t('title')}
      description={answer ? t('confirmHint') : t('hint')}
      onSubmit={submit}
      footer={
        answer ? (
          <>
            <Button onClick={back}>{t('back')}</Button>
            <Button
              type="submit"
              variant="primary"
              busy={send.isPending || count.isPending}
              disabled={total === 0 || count.isPending}
            >
              {t('confirm', { count: total })}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={onClose}>{t('cancel')}</Button>
            <Button type="submit" variant="primary" busy={count.isPending} disabled={!ready}>
              {t('count')}
            </Button>
          </>
        )
      }
    >
      {answer ? (
        <div className="space-y-3">
          <CountOfPeople answer={answer} />
          <FormError error={send.error ?? count.error} />
        </div>
      ) : (
        <What
          {...{ name, draft, awaited }}
          error={count.error}
          onName={(next) => {
            setName(next);
            const waiting = awaited.find((each) => each.name === next.trim());
            if (waiting && isBlank(draft)) setDraft(rowsOf(waiting.properties));
          }}
          onDraft={setDraft}
        />
      )}
    </Dialog>
  );
}

type WhatProps = {
  name: string;
  draft: ObjectDraft;
  awaited: readonly AwaitedBusinessEvent[];
  error: unknown;
  onName: (name: string) => void;
  onDraft: (draft: ObjectDraft) => void;
};

function What({ name, draft, awaited, error, onName, onDraft }: WhatProps) {
  const t = useTranslations('business-events.send');
  const waiting = awaited.find((each) => each.name === name.trim());
  return (
    <div className="space-y-4">
      <Field
        label={t('name')}
        help={
          waiting
            ? t('waits', { journeys: waiting.journeys.map((journey) => journey.name).join(', ') })
            : name.trim() === ''
              ? undefined
              : t('nobodyWaits')
        }
        error={fieldError(error, 'name')}
      >
        {(control) => (
          <ComboInput
            {...control}
            value={name}
            onChange={onName}
            suggestions={awaited.map((each) => each.name)}
            hintOf={(suggestion) => ({
              detail: awaited
                .find((each) => each.name === suggestion)
                ?.journeys.map((journey) => journey.name)
                .join(', '),
            })}
            placeholder={t('namePlaceholder')}
          />
        )}
      </Field>
      <ObjectEditor
        label={t('properties')}
        empty={t('noProperties')}
        draft={draft}
        onChange={onDraft}
        error={fieldError(error, 'properties')}
      />
      <FormError error={error} />
    </div>
  );
}

function isBlank(draft: ObjectDraft): boolean {
  return draft.mode === 'fields' && draft.rows.every(({ text }) => text === '');
}

/** A row for each property that is compared with, to be filled in. */
function rowsOf(paths: readonly string[]): ObjectDraft {
  return { ...draftOf({}), rows: paths.map((path) => ({ path, text: '' })) };
}
