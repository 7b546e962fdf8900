'use client';

import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { api, channelOf, personChannels, quietPresets } from '@wend/contract/plain';
import type { QuietHours, QuietPreset, QuietSettings } from '@wend/contract';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Button } from '@/components/ui/button';
import { Section } from '@/components/ui/card';
import { Field, FormError, fieldError } from '@/components/ui/field';
import { Select } from '@/components/ui/select';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { useToast } from '@/components/ui/toast';
import { call } from '@/lib/api-client';
import { useTopics } from '@/features/consents/use-topics';
import { useMay } from '@/lib/session';
import { PresetNote } from './preset-note';
import { QuietFields, newQuietHours } from './quiet-fields';

const key = ['delivery', 'quiet-hours'] as const;

/** When nothing is sent, and how fast what waited goes out. */
export function QuietSection() {
  const t = useTranslations('delivery.quiet');
  const quiet = useQuery({ queryKey: key, queryFn: ({ signal }) => call(api.quietHours, { signal }) });
  return (
    <Section
      title={t('title')}
      description={t('detail')}
      action={
        <Link href="/delivery/backlog" className="text-accent hover:underline">
          {t('backlog')}
        </Link>
      }
    >
      {quiet.isPending ? <ListSkeleton rows={2} /> : null}
      {quiet.isError && !quiet.data ? (
        <ErrorState error={quiet.error} title={t('failed')} onRetry={() => void quiet.refetch()} />
      ) : null}
      {quiet.data ? <QuietForm key={JSON.stringify(quiet.data)} saved={quiet.data} /> : null}
    </Section>
  );
}

function QuietForm({ saved }: { saved: QuietSettings }) {
  const t = useTranslations('delivery.quiet');
  const [settings, setSettings] = useState(saved);
  const [preset, setPreset] = useState<QuietPreset | null>(null);
  // Fields that keep what is typed begin anew when a preset fills them.
  const [filled, setFilled] = useState(0);
  const topics = useTopics().data;
  const disabled = !useMay(api.saveQuietHours.access);
  const client = useQueryClient();
  const toast = useToast();
  const save = useMutation({
    mutationFn: () => call(api.saveQuietHours, { body: settings }),
    onSuccess: (next) => {
      toast.say(t('saved'));
      client.setQueryData(key, next);
    },
  });
  const { hours, channels, perMinute } = settings;
  const set = (change: Partial<QuietSettings>) => setSettings({ ...settings, ...change });
  const setChannel = (channel: string, next: QuietHours | null) =>
    set({ channels: channels.map((each) => (each.channel === channel ? { channel, hours: next } : each)) });
  const use = (chosen: QuietPreset, agreement = topics?.find(({ key }) => key === chosen.agreement?.key)?.key) => {
    setPreset(chosen);
    setFilled(filled + 1);
    const next: QuietHours =
      agreement === undefined ? chosen.hours : { ...chosen.hours, unless: { kind: 'topic', topic: agreement } };
    if (chosen.channels === null) return set({ hours: next });
    const others = channels.filter(({ channel }) => !chosen.channels?.includes(channel));
    set({ channels: [...others, ...chosen.channels.map((channel) => ({ channel, hours: next }))] });
  };
  const free = personChannels().filter((name) => !channels.some(({ channel }) => channel === name));
  return (
    <form
      className="grid gap-5 p-4"
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      {disabled ? null : (
        <Field label={t('preset')} help={t('presetHelp')} className="max-w-md">
          {(control) => (
            <Select
              {...control}
              value={preset?.id}
              placeholder={t('choosePreset')}
              options={quietPresets.map(({ id }) => ({ value: id, label: t(`presets.${id}`) }))}
              onChange={(id) => use(quietPresets.find((each) => each.id === id)!)}
            />
          )}
        </Field>
      )}
      {preset ? <PresetNote preset={preset} onAgreement={(topic) => use(preset, topic)} /> : null}
      <Hours
        key={`all-${filled}`}
        title={t('all')}
        hours={hours}
        onChange={(next) => set({ hours: next })}
        disabled={disabled}
        error={save.error}
        path="hours"
      />
      {channels.map(({ channel, hours: own }, index) => (
        <Hours
          key={`${channel}-${filled}`}
          title={t('only', { channel: channelOf(channel).label })}
          hours={own}
          onChange={(next) => setChannel(channel, next)}
          onRemove={() => set({ channels: channels.filter((each) => each.channel !== channel) })}
          disabled={disabled}
          error={save.error}
          path={`channels.${index}.hours`}
        />
      ))}
      {disabled || free.length === 0 ? null : (
        <Select
          aria-label={t('addChannel')}
          className="max-w-xs"
          value={undefined}
          placeholder={t('addChannel')}
          options={free.map((name) => ({ value: name, label: channelOf(name).label }))}
          onChange={(channel) => set({ channels: [...channels, { channel, hours: hours ?? newQuietHours }] })}
        />
      )}
      <Field label={t('pace')} help={t('paceHelp')} error={fieldError(save.error, 'perMinute')} className="max-w-md">
        {(control) => (
          <fieldset disabled={disabled}>
            <NumberInput
              {...control}
              className="w-56"
              unit={t('perMinute')}
              value={perMinute ?? undefined}
              onChange={(next) => set({ perMinute: next ?? null })}
            />
          </fieldset>
        )}
      </Field>
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

type HoursProps = {
  title: string;
  hours: QuietHours | null;
  onChange: (hours: QuietHours | null) => void;
  /** For what stands in place of the hours of all channels. */
  onRemove?: () => void;
  disabled: boolean;
  error: unknown;
  path: string;
};

function Hours({ title, hours, onChange, onRemove, disabled, error, path }: HoursProps) {
  const t = useTranslations('delivery.quiet');
  return (
    <section aria-label={title} className="grid gap-3">
      <div className="flex flex-wrap items-center gap-3">
        <h3 className="flex-1 font-medium">{title}</h3>
        {disabled ? null : (
          <>
            <Button size="sm" onClick={() => onChange(hours ? null : newQuietHours)}>
              {hours ? t('off') : t('on')}
            </Button>
            {onRemove ? (
              <Button size="sm" onClick={onRemove}>
                {t('followAll')}
              </Button>
            ) : null}
          </>
        )}
      </div>
      {hours ? (
        <QuietFields hours={hours} onChange={onChange} disabled={disabled} error={error} path={path} />
      ) : (
        <p className="text-muted">{t('none')}</p>
      )}
    </section>
  );
}
