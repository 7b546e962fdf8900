'use client';

import type { Topic } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { Button } from '@/components/ui/button';
import { Checkbox } from '@/components/ui/checkbox';
import { Dialog } from '@/components/ui/dialog';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Input, Textarea } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { useToast } from '@/components/ui/toast';
import { useChannels } from '@/features/messages/channels';
import { ByLanguage } from './by-language';
import { TopicKnown } from './topic-known';
import { keyFor } from './topic-key';
import { MoveTopic, TopicMoves } from './topic-moves';
import { useSaveTopic, useTopics } from './use-topics';
import type { TopicDraft, TopicMove } from './use-topics';

const blank: TopicDraft = {
  key: '',
  name: '',
  description: '',
  channels: [],
  starts: 'subscribed',
  texts: {},
};

/** A topic to add, or one that is there. */
export function TopicDialog({ topic, onClose }: { topic: Topic | null; onClose: () => void }) {
  const t = useTranslations('consents.dialog');
  const toast = useToast();
  const taken = (useTopics().data ?? []).map(({ key }) => key);
  const save = useSaveTopic(topic === null);
  const [draft, setDraft] = useState<TopicDraft>(topic ?? blank);
  const [hasOwnKey, setHasOwnKey] = useState(topic !== null);
  const [move, setMove] = useState<TopicMove | null>(null);
  const change = (some: Partial<TopicDraft>) => setDraft((before) => ({ ...before, ...some }));
  const rename = (name: string) => change({ name, ...(!hasOwnKey && { key: keyFor(name, taken) }) });
  const done = (said: string) => {
    toast.say(said);
    onClose();
  };
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={topic ? t('editTitle') : t('addTitle')}
      onSubmit={() => save.mutate(draft, { onSuccess: () => done(t('saved')) })}
      footer={
        <>
          {topic ? <TopicMoves topic={topic} onMove={setMove} /> : null}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('name')} help={t('nameHelp')} error={fieldError(save.error, 'name')}>
          {(control) => (
            <Input {...control} maxLength={100} value={draft.name} onChange={({ target }) => rename(target.value)} />
          )}
        </Field>
        <Field label={t('description')} help={t('descriptionHelp')} error={fieldError(save.error, 'description')}>
          {(control) => (
            <Textarea
              {...control}
              rows={2}
              maxLength={500}
              value={draft.description}
              onChange={({ target }) => change({ description: target.value })}
            />
          )}
        </Field>
        <Field label={t('key')} help={topic ? t('keyFixed') : t('keyHelp')} error={fieldError(save.error, 'key')}>
          {(control) => (
            <Input
              {...control}
              maxLength={60}
              readOnly={topic !== null}
              className="font-mono"
              value={draft.key}
              onChange={({ target }) => {
                setHasOwnKey(true);
                change({ key: target.value });
              }}
            />
          )}
        </Field>
        <Channels
          chosen={draft.channels}
          onChange={(channels) => change({ channels })}
          error={fieldError(save.error, 'channels')}
        />
        <Field label={t('starts')} help={topic ? t('startsFixed') : t(`startsHelp.${draft.starts}`)}>
          {(control) => (
            <Select
              {...control}
              disabled={topic !== null}
              value={draft.starts}
              onChange={(starts) => change({ starts })}
              options={(['subscribed', 'unsubscribed'] as const).map((value) => ({
                value,
                label: t(`startsOf.${value}`),
              }))}
            />
          )}
        </Field>
        <Languages texts={draft.texts} onChange={(texts) => change({ texts })} error={save.error} />
        {topic ? <TopicKnown topic={topic} /> : null}
        <FormError error={save.error} />
      </div>
      {topic && move ? <MoveTopic topic={topic} to={move} onDone={done} onClose={() => setMove(null)} /> : null}
    </Dialog>
  );
}

type ChannelsProps = {
  chosen: readonly string[];
  onChange: (channels: string[]) => void;
  error: string | undefined;
};

function Channels({ chosen, onChange, error }: ChannelsProps) {
  const t = useTranslations('consents.dialog');
  const channels = useChannels().filter(({ address }) => address !== null);
  return (
    <fieldset>
      <legend className="mb-1 font-medium">{t('channels')}</legend>
      <div className="grid grid-cols-2 gap-2 max-sm:grid-cols-1">
        {channels.map(({ name, label }) => (
          <Checkbox
            key={name}
            label={label}
            checked={chosen.includes(name)}
            onChange={(checked) => onChange(checked ? [...chosen, name] : chosen.filter((each) => each !== name))}
          />
        ))}
      </div>
      {error ? <p className="mt-1 text-xs text-bad">{error}</p> : null}
    </fieldset>
  );
}

type LanguagesProps = {
  texts: TopicDraft['texts'];
  onChange: (texts: TopicDraft['texts']) => void;
  error: unknown;
};

function Languages({ texts, onChange, error }: LanguagesProps) {
  const t = useTranslations('consents.dialog');
  return (
    <div>
      <p className="font-medium">{t('languages')}</p>
      <p className="mb-2 text-xs text-muted">{t('languagesHelp')}</p>
      <ByLanguage
        texts={texts}
        blank={{ name: '', description: '' }}
        onChange={onChange}
        words={{ add: t('addLanguage'), remove: (language) => t('removeLanguage', { language }) }}
        fields={({ texts: own, language, change }) => (
          <>
            <Field label={t('name')} error={fieldError(error, `texts.${language}.name`)}>
              {(control) => (
                <Input
                  {...control}
                  lang={language}
                  maxLength={100}
                  value={own.name}
                  onChange={({ target }) => change({ name: target.value })}
                />
              )}
            </Field>
            <Field label={t('description')}>
              {(control) => (
                <Input
                  {...control}
                  lang={language}
                  maxLength={500}
                  value={own.description}
                  onChange={({ target }) => change({ description: target.value })}
                />
              )}
            </Field>
          </>
        )}
      />
    </div>
  );
}
