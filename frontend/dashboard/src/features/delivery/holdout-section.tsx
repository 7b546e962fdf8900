'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { GlobalHoldout, HoldoutState } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Field, fieldError } from '@/components/ui/field';
import { RelativeTime } from '@/components/ui/relative-time';
import { TopicsPicker } from '@/features/consents/topics-picker';
import { useTopicName } from '@/features/consents/use-topic-name';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { SettingsForm, SettingsSection, useSaveSettings } from '@/components/form/settings-form';

const key = ['delivery', 'holdout'] as const;

/** People who get no marketing, so that what it changes can be measured. */
export function HoldoutSection() {
  const t = useTranslations('delivery.holdout');
  const holdout = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.holdout, { signal }) });
  return (
    <SettingsSection saved={holdout} words={{ title: t('title'), detail: t('detail'), failed: t('failed') }}>
      {(saved) => (
        <>
          <HoldoutForm saved={saved} />
          <Changes changes={saved.changes} />
        </>
      )}
    </SettingsSection>
  );
}

/** The share may be missing for a moment. */
type Draft = { share: number | undefined; exceptTopics: readonly string[] };

function HoldoutForm({ saved }: { saved: HoldoutState }) {
  const t = useTranslations('delivery.holdout');
  const [draft, setDraft] = useState<Draft | null>(null);
  const disabled = !useMay(api.saveHoldout.access);
  const { share, exceptTopics } = draft ?? saved;
  const change = (some: Partial<Draft>) => setDraft({ share, exceptTopics, ...some });
  const save = useSaveSettings({
    key,
    call: (body: Draft) => call(api.saveHoldout, { body: body as GlobalHoldout }),
    said: t('saved'),
    onSaved: () => setDraft(null),
  });
  return (
    <SettingsForm
      words={{ save: t('save') }}
      access={api.saveHoldout.access}
      save={save}
      changed={draft !== null}
      onSave={() => save.mutate({ share, exceptTopics })}
    >
      <Field label={t('share')} help={t('shareHelp')} error={fieldError(save.error, 'share')}>
        {(control) => (
          <NumberInput
            {...control}
            unit="%"
            className="w-32"
            disabled={disabled}
            value={share}
            onChange={(next) => change({ share: next })}
          />
        )}
      </Field>
      <Field label={t('topics')} help={t('topicsHelp')} error={fieldError(save.error, 'exceptTopics')}>
        {(control) => (
          <TopicsPicker
            {...control}
            readOnly={disabled}
            value={exceptTopics}
            onChange={(next) => change({ exceptTopics: next })}
          />
        )}
      </Field>
      <p className="text-muted tabular-nums">
        {saved.share === 0
          ? t('nobody')
          : t('people', { people: saved.people, of: saved.ofPeople, share: saved.share })}
      </p>
    </SettingsForm>
  );
}

function Changes({ changes }: Pick<HoldoutState, 'changes'>) {
  const t = useTranslations('delivery.holdout');
  const nameOf = useTopicName();
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
                ? t('topicsChanged', { topics: change.exceptTopics.map(nameOf).join(', ') || t('noTopics') })
                : t('changed', { from: change.shareBefore, to: change.share })}
            </span>
            <span className="text-muted">{change.by}</span>
          </li>
        ))}
      </ul>
    </details>
  );
}
