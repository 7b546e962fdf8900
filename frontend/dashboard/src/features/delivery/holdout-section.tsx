'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { HoldoutState } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input } from '@/components/ui/input';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';

const key = ['delivery', 'holdout'] as const;

/** People who get no marketing, so that what it changes can be measured. */
export function HoldoutSection() {
  const t = useTranslations('delivery.holdout');
  const holdout = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.holdout, { signal }) });
  return (
    <Section title={t('title')} description={t('detail')}>
      {holdout.isPending ? <ListSkeleton rows={2} /> : null}
      {holdout.isError && !holdout.data ? (
        <ErrorState error={holdout.error} title={t('failed')} onRetry={() => void holdout.refetch()} />
      ) : null}
      {holdout.data ? (
        <>
          <HoldoutForm key={`${holdout.data.share}/${holdout.data.exceptTopics.join(',')}`} saved={holdout.data} />
          <Changes changes={holdout.data.changes} />
        </>
      ) : null}
    </Section>
  );
}

function HoldoutForm({ saved }: { saved: HoldoutState }) {
  const t = useTranslations('delivery.holdout');
  const [share, setShare] = useState<number | undefined>(saved.share);
  const [topics, setTopics] = useState(saved.exceptTopics.join(', '));
  const disabled = !useMay(api.saveHoldout.access);
  const client = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: () =>
      call(api.saveHoldout, {
        body: {
          share: share ?? 0,
          exceptTopics: topics
            .split(',')
            .map((topic) => topic.trim())
            .filter((topic) => topic !== ''),
        },
      }),
    onSuccess: (next) => {
      toast.say(t('saved'));
      client.setQueryData(key, next);
    },
  });
  return (
    <form
      className="grid gap-4 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <fieldset disabled={disabled} className="grid gap-4">
        <Field label={t('share')} help={t('shareHelp')} error={fieldError(save.error, 'share')}>
          {(control) => <NumberInput {...control} unit="%" className="w-32" value={share} onChange={setShare} />}
        </Field>
        <Field label={t('topics')} help={t('topicsHelp')} error={fieldError(save.error, 'exceptTopics')}>
          {(control) => (
            <Input
              {...control}
              value={topics}
              placeholder={t('topicsExample')}
              onChange={(event) => setTopics(event.target.value)}
            />
          )}
        </Field>
      </fieldset>
      <p className="text-muted tabular-nums">
        {saved.share === 0
          ? t('nobody')
          : t('people', { people: saved.people, of: saved.ofPeople, share: saved.share })}
      </p>
      <FormError error={save.error} />
      {disabled ? (
        <p className="text-xs text-muted">{t('readOnly')}</p>
      ) : (
        <div>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </div>
      )}
    </form>
  );
}

function Changes({ changes }: Pick<HoldoutState, 'changes'>) {
  const t = useTranslations('delivery.holdout');
  if (changes.length === 0) return null;
  return (
    <details className="border-t border-line px-4 py-3">
      <summary className="cursor-pointer text-xs font-medium text-muted">{t('history')}</summary>
      <ul className="mt-2 space-y-1 text-xs">
        {changes.map((change) => (
          <li key={change.at} className="flex flex-wrap gap-x-2 tabular-nums">
            <RelativeTime at={change.at} />
            <span>
              {change.share === change.shareBefore
                ? t('topicsChanged', { topics: change.exceptTopics.join(', ') || t('noTopics') })
                : t('changed', { from: change.shareBefore, to: change.share })}
            </span>
            <span className="text-muted">{change.by}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
