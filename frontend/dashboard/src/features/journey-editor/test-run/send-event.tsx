'use client';

import { api, exitEventOf, messageEvents } from '@wend/contract/plain';
import type { EnrollmentDetail, Input as RunInput, JsonObject } from '@wend/contract';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Zap } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useId, useState } from 'react';
import { Button } from '@/components/ui/button';
import { Dialog } from '@/components/ui/dialog';
import { Field, fieldError, FormError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { runKeys } from '../runs/run-queries';
import { goToMoment } from '../replay/replay-store';
import { draftOf, ObjectEditor, objectOf } from '@/components/form/object/object-editor';
import { eventPrefill } from './prefill';

/** Lets an event happen in this test run only, unless time is passing in it. */
export function SendEvent({ detail, passing }: { detail: EnrollmentDetail; passing: boolean }) {
  const t = useTranslations('editor-test-run.sendEvent');
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button
        size="sm"
        disabled={passing}
        icon={<Zap size={14} strokeWidth={1.75} aria-hidden />}
        onClick={() => setOpen(true)}
      >
        {t('open')}
      </Button>
      {open ? <SendEventDialog detail={detail} onClose={() => setOpen(false)} /> : null}
    </>
  );
}

function SendEventDialog({ detail, onClose }: { detail: EnrollmentDetail; onClose: () => void }) {
  const t = useTranslations('editor-test-run.sendEvent');
  const client = useQueryClient();
  const toast = useToast();
  const listId = useId();
  const awaited = awaitedEvents(detail);
  const [event, setEvent] = useState(awaited[0] ?? '');
  const [properties, setProperties] = useState(() => draftOf(propertiesFor({ detail, event: awaited[0] ?? '' })));
  const names = useQuery({
    queryKey: ['event-names'],
    queryFn: ({ signal }) => call(api.eventNames, { signal }),
    staleTime: 60_000,
  });
  const choose = (name: string) => {
    setEvent(name);
    setProperties(draftOf(propertiesFor({ detail, event: name })));
  };
  const send = useMutation({
    mutationFn: async () => {
      const given = objectOf(properties);
      return 'error' in given
        ? null
        : call(api.testEvent, { params: { id: detail.id }, body: { event: event.trim(), properties: given.value } });
    },
    onMutate: () => goToMoment({ run: detail.id, momentId: null }),
    onSuccess: (result) => {
      if (!result) return;
      onClose();
      toast.say(
        result.taken ? t('moved', { event }) : t('ignored', { event }),
        result.taken ? {} : { detail: t('ignoredDetail') },
      );
      void client.invalidateQueries({ queryKey: runKeys.run(detail.id) });
    },
  });
  return (
    <Dialog
      open
      onOpenChange={(next) => {
        if (!next) onClose();
      }}
      title={t('title')}
      description={t('description', { name: detail.profile.name })}
      onSubmit={() => {
        if (event.trim()) send.mutate();
      }}
      footer={
        <>
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button
            type="submit"
            variant="primary"
            autoFocus={awaited.length > 0}
            busy={send.isPending}
            disabled={!event.trim()}
          >
            {t('send')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        {awaited.length > 0 ? (
          <div>
            <p className="mb-1.5 text-xs text-muted">{t('waitsFor')}</p>
            <div className="flex flex-wrap gap-1.5">
              {awaited.map((name) => (
                <Button
                  key={name}
                  size="sm"
                  aria-pressed={event === name}
                  className="aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent"
                  onClick={() => choose(name)}
                >
                  {name}
                </Button>
              ))}
            </div>
          </div>
        ) : (
          <p className="text-muted">{t('waitsForNone')}</p>
        )}
        <Field label={t('event')} error={fieldError(send.error, 'event')}>
          {(control) => (
            <Input
              {...control}
              list={listId}
              value={event}
              placeholder={t('exampleEvent')}
              onChange={(change) => setEvent(change.target.value)}
              onBlur={() => {
                if (properties.rows.length === 0 && properties.mode === 'fields')
                  setProperties(draftOf(propertiesFor({ detail, event })));
              }}
            />
          )}
        </Field>
        <datalist id={listId}>
          {names.data?.events.map(({ name }) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <ObjectEditor
          label={t('properties')}
          empty={t('nothingReads')}
          draft={properties}
          onChange={setProperties}
          error={fieldError(send.error, 'properties')}
        />
        <FormError error={send.error} />
      </div>
    </Dialog>
  );
}

/** What would move the run: the events of its present wait, then its exit criteria. */
function awaitedEvents(detail: EnrollmentDetail): string[] {
  return [
    ...new Set([
      ...(detail.wait?.events ?? []),
      ...detail.graph.settings.exitCriteria.map((each) => exitEventOf(each).event),
    ]),
  ];
}

const messageEventNames = new Set<string>(Object.values(messageEvents));

function propertiesFor({ detail, event }: { detail: EnrollmentDetail; event: string }): JsonObject {
  // Waits for message events look at the run and the node of the message.
  const message = messageEventNames.has(event) ? detail.messages.at(-1) : undefined;
  if (message)
    return {
      messageId: message.id,
      enrollmentId: detail.id,
      journeyId: detail.journeyId,
      nodeId: message.node,
      channel: message.channel,
    };
  const first = detail.steps.flatMap((step) => step.inputs as RunInput[]).find((input) => input.type === 'enrolled');
  return eventPrefill({
    graph: detail.graph,
    node: detail.node,
    event,
    entry: first?.type === 'enrolled' ? first.entry.properties : {},
  });
}
