'use client';

import { useQuery } from '@tanstack/react-query';
import { api } from '@wend/contract/plain';
import type { ConsentTrait } from '@wend/contract';
import { Plus, X } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { SettingsForm, SettingsSection, useSaveSettings } from '@/components/form/settings-form';
import { Button } from '@/components/ui/button';
import { fieldError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useChannels } from '@/features/messages/channels';
import { call } from '@/lib/api-client';
import { useMay } from '@/lib/session';
import { TopicPicker } from './topic-picker';

const key = ['consent-traits'] as const;
type Traits = { items: ConsentTrait[] };

/** Which traits say what people want. */
export function ConsentTraitsSection() {
  const t = useTranslations('consents.traits');
  const traits = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.consentTraits, { signal }) });
  return (
    <SettingsSection saved={traits} words={{ title: t('title'), detail: t('detail'), failed: t('failed') }}>
      {(saved) => <TraitsForm saved={saved} />}
    </SettingsSection>
  );
}

function TraitsForm({ saved }: { saved: Traits }) {
  const t = useTranslations('consents.traits');
  const [draft, setDraft] = useState<ConsentTrait[] | null>(null);
  const disabled = !useMay(api.saveConsentTraits.access);
  const channels = useChannels().filter(({ address }) => address !== null);
  const items = draft ?? saved.items;
  const save = useSaveSettings({
    key,
    call: (body: Traits) => call(api.saveConsentTraits, { body }),
    said: t('saved'),
    onSaved: () => setDraft(null),
  });
  return (
    <SettingsForm
      words={{ save: t('save') }}
      access={api.saveConsentTraits.access}
      save={save}
      changed={draft !== null}
      onSave={() => save.mutate({ items })}
    >
      {items.length === 0 ? (
        <p className="text-muted">{t('none')}</p>
      ) : (
        <ol className="space-y-3">
          {items.map((item, index) => (
            <li key={index}>
              <TraitRow
                item={item}
                disabled={disabled}
                onChange={(next) => setDraft(items.map((each, at) => (at === index ? next : each)))}
                onRemove={() => setDraft(items.filter((_, at) => at !== index))}
                problem={(field) => fieldError(save.error, `items.${index}.${field}`)}
              />
            </li>
          ))}
        </ol>
      )}
      {disabled ? null : (
        <div>
          <Button
            size="sm"
            icon={<Plus size={14} strokeWidth={1.75} aria-hidden />}
            onClick={() => setDraft([...items, { trait: '', channel: channels[0]?.name ?? '', topic: null }])}
          >
            {t('add')}
          </Button>
        </div>
      )}
    </SettingsForm>
  );
}

type TraitRowProps = {
  item: ConsentTrait;
  disabled: boolean;
  onChange: (item: ConsentTrait) => void;
  onRemove: () => void;
  problem: (field: keyof ConsentTrait) => string | undefined;
};

/** Reads as a sentence: a trait, subscribes to, a channel, a topic on it. */
function TraitRow({ item, disabled, onChange, onRemove, problem }: TraitRowProps) {
  const t = useTranslations('consents.traits');
  const channels = useChannels().filter(({ address }) => address !== null);
  const problems = [problem('trait'), problem('channel'), problem('topic')].filter((each) => each !== undefined);
  return (
    <fieldset
      disabled={disabled}
      aria-label={item.trait || t('newTrait')}
      className="grid grid-cols-[minmax(0,1fr)_auto] items-center gap-2 max-sm:rounded-lg max-sm:border max-sm:border-line max-sm:p-3 sm:grid-cols-[minmax(0,11rem)_auto_minmax(0,9rem)_minmax(0,1fr)_auto]"
    >
      <Input
        aria-label={t('trait')}
        aria-invalid={problem('trait') ? true : undefined}
        placeholder={t('example')}
        maxLength={200}
        value={item.trait}
        onChange={({ target }) => onChange({ ...item, trait: target.value })}
      />
      <span className="text-muted max-sm:order-1 max-sm:col-span-2">{t('subscribesTo')}</span>
      <Select
        className="max-sm:order-1 max-sm:col-span-2"
        aria-label={t('channel')}
        disabled={disabled}
        value={item.channel}
        onChange={(channel) => onChange({ ...item, channel })}
        options={channels.map(({ name, label }) => ({ value: name, label }))}
      />
      <TopicPicker
        className="max-sm:order-1 max-sm:col-span-2"
        aria-label={t('topic')}
        without="all"
        channel={item.channel}
        disabled={disabled}
        value={item.topic ?? undefined}
        onChange={(topic) => onChange({ ...item, topic: topic ?? null })}
      />
      {disabled ? null : (
        <IconButton label={t('remove', { trait: item.trait || t('newTrait') })} onClick={onRemove}>
          <X size={15} strokeWidth={1.75} />
        </IconButton>
      )}
      {problems.map((each) => (
        <p key={each} className="order-2 col-span-full text-xs text-bad">
          {each}
        </p>
      ))}
    </fieldset>
  );
}
