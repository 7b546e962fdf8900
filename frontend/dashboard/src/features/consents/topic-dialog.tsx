'use client';

import { channelOf, topicKeyPattern } from '@wend/contract/plain';
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
import { useMoveTopic, useSaveTopic, useTopic } from './use-topics';
import type { TopicDraft } from './use-topics';

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
  const save = useSaveTopic(topic === null);
  const move = useMoveTopic();
  const [draft, setDraft] = useState<TopicDraft>(topic ?? blank);
  const [hasOwnKey, setHasOwnKey] = useState(topic !== null);
  const change = (some: Partial<TopicDraft>) => setDraft((before) => ({ ...before, ...some }));
  const done = (said: string) => {
    toast.say(said);
    onClose();
  };
  const moveTo = (to: 'archive' | 'restore' | 'remove', said: string) =>
    topic && move.mutate({ topic: topic.key, to }, { onSuccess: () => done(said) });
  const isReady = draft.name.trim() !== '' && topicKeyPattern.test(draft.key) && draft.channels.length > 0;
  return (
    <Dialog
      open
      onOpenChange={(open) => (open ? undefined : onClose())}
      title={topic ? t('editTitle') : t('addTitle')}
      onSubmit={() => isReady && save.mutate(draft, { onSuccess: () => done(t('saved')) })}
      footer={
        <>
          {topic ? (
            <span className="mr-auto flex gap-2">
              {topic.archivedAt === null ? (
                <Button busy={move.isPending} onClick={() => moveTo('archive', t('archivedDone'))}>
                  {t('archive')}
                </Button>
              ) : (
                <Button busy={move.isPending} onClick={() => moveTo('restore', t('restored'))}>
                  {t('restore')}
                </Button>
              )}
              <Button busy={move.isPending} onClick={() => moveTo('remove', t('removed'))}>
                {t('remove')}
              </Button>
            </span>
          ) : null}
          <Button onClick={onClose}>{t('cancel')}</Button>
          <Button type="submit" variant="primary" busy={save.isPending} disabled={!isReady}>
            {t('save')}
          </Button>
        </>
      }
    >
      <div className="space-y-4">
        <Field label={t('name')} help={t('nameHelp')} error={fieldError(save.error, 'name')}>
          {(control) => (
            <Input
              {...control}
              maxLength={100}
              value={draft.name}
              onChange={({ target }) => change({ name: target.value, ...(!hasOwnKey && { key: keyOf(target.value) }) })}
            />
          )}
        </Field>
        <Field label={t('description')} error={fieldError(save.error, 'description')}>
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
        <Channels chosen={draft.channels} onChange={(channels) => change({ channels })} />
        <Field label={t('starts')} help={t('startsHelp')}>
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
        <div>
          <p className="font-medium">{t('languages')}</p>
          <p className="mb-2 text-xs text-muted">{t('languagesHelp')}</p>
          <ByLanguage
            texts={draft.texts}
            blank={{ name: '', description: '' }}
            onChange={(texts) => change({ texts })}
            words={{
              add: t('addLanguage'),
              remove: (language) => t('removeLanguage', { language }),
            }}
            fields={({ texts, language, change: set }) => (
              <>
                <Field label={t('name')} error={fieldError(save.error, `texts.${language}.name`)}>
                  {(control) => (
                    <Input
                      {...control}
                      maxLength={100}
                      value={texts.name}
                      onChange={({ target }) => set({ name: target.value })}
                    />
                  )}
                </Field>
                <Field label={t('description')}>
                  {(control) => (
                    <Input
                      {...control}
                      maxLength={500}
                      value={texts.description}
                      onChange={({ target }) => set({ description: target.value })}
                    />
                  )}
                </Field>
              </>
            )}
          />
        </div>
        {topic ? <Known topic={topic} /> : null}
        <FormError error={save.error ?? move.error} />
      </div>
    </Dialog>
  );
}

function Channels({ chosen, onChange }: { chosen: readonly string[]; onChange: (channels: string[]) => void }) {
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
    </fieldset>
  );
}

/** Where it is used, and how many people have said something of it. */
function Known({ topic: { key } }: { topic: Topic }) {
  const t = useTranslations('consents.dialog');
  const found = useTopic(key).data;
  if (!found || (found.uses.length === 0 && found.people.length === 0)) return null;
  return (
    <div className="rounded-lg border border-line bg-canvas p-3 text-muted">
      {found.people.map(({ channel, state, count }) => (
        <p key={`${channel} ${state}`}>{t('people', { count, state, channel: channelOf(channel).label })}</p>
      ))}
      {found.uses.length > 0 ? (
        <>
          <p className="mt-2 font-medium text-ink first:mt-0">{t('used')}</p>
          <ul>
            {found.uses.map(({ kind, id, name, places }) => (
              <li key={`${kind} ${id}`}>
                {t('usedBy', { kind, name, places: places.length === 0 ? 'none' : places.join(', ') })}
              </li>
            ))}
          </ul>
        </>
      ) : null}
    </div>
  );
}

function keyOf(name: string): string {
  return name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[\u0300-\u036f]/g, '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 60);
}
