'use client';

import { channelOf, mostCaps, personChannels } from '@wend/contract/plain';
import type { Cap, CapUnit } from '@wend/contract';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { PickMany } from '@/components/form/pick-many';
import { Button } from '@/components/ui/button';
import { Field, fieldError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Select } from '@/components/ui/select';
import { TopicsPicker } from '@/features/consents/topics-picker';

/** A limit as it is edited: a number may be missing for a moment. */
export type DraftCap = Omit<Cap, 'most' | 'per'> & {
  most: number | undefined;
  per: { kind: 'rolling'; amount: number | undefined; unit: CapUnit } | { kind: 'calendar'; unit: 'day' | 'week' };
};

export const newCap: DraftCap = { most: 3, per: { kind: 'rolling', amount: 7, unit: 'days' } };

/** What a period that moves with the clock begins with. */
const usualAmount = 7;
const spans = ['minutes', 'hours', 'days', 'weeks', 'day', 'week'] as const;

type CapFieldsProps = {
  limits: readonly DraftCap[];
  onChange: (limits: DraftCap[]) => void;
  disabled: boolean;
  /** What the server said of the limits; `path` leads to them. */
  error: unknown;
  path: string;
};

/** The limits as rows: how many, in which time, by which channels and topics. */
export function CapFields({ limits, onChange, disabled, error, path }: CapFieldsProps) {
  const t = useTranslations('delivery.capFields');
  const set = (index: number, next: DraftCap) => onChange(limits.map((each, at) => (at === index ? next : each)));
  return (
    <div className="space-y-3">
      {limits.length > 0 ? (
        <ol className="space-y-3">
          {limits.map((limit, index) => (
            <li key={index} className="rounded-lg border border-line bg-raised p-3">
              <CapRow
                limit={limit}
                disabled={disabled}
                onChange={(next) => set(index, next)}
                onRemove={() => onChange(limits.filter((_, at) => at !== index))}
                number={index + 1}
                problem={(field) => fieldError(error, `${path}.${index}.${field}`)}
              />
            </li>
          ))}
        </ol>
      ) : null}
      {disabled || limits.length >= mostCaps ? null : (
        <Button size="sm" onClick={() => onChange([...limits, newCap])}>
          <Plus size={14} strokeWidth={1.75} aria-hidden />
          {t('add')}
        </Button>
      )}
    </div>
  );
}

type CapRowProps = {
  limit: DraftCap;
  number: number;
  disabled: boolean;
  onChange: (limit: DraftCap) => void;
  onRemove: () => void;
  problem: (field: string) => string | undefined;
};

function CapRow({ limit, number, disabled, onChange, onRemove, problem }: CapRowProps) {
  const t = useTranslations('delivery.capFields');
  const { most, channels, topics } = limit;
  return (
    <fieldset disabled={disabled} className="grid gap-3" aria-label={t('limit', { number })}>
      <div className="flex items-start gap-x-4">
        <div className="flex flex-1 flex-wrap gap-x-4 gap-y-3">
          <Field label={t('most')} error={problem('most')} className="w-36">
            {(control) => (
              <NumberInput
                {...control}
                unit={t('messages', { count: most ?? 0 })}
                value={most}
                onChange={(next) => onChange({ ...limit, most: next })}
              />
            )}
          </Field>
          <Period
            limit={limit}
            disabled={disabled}
            error={problem('per.amount') ?? problem('per')}
            onChange={(next) => onChange({ ...limit, per: next })}
          />
        </div>
        {disabled ? null : (
          <IconButton label={t('remove', { number })} onClick={onRemove}>
            <Trash2 size={16} strokeWidth={1.75} aria-hidden />
          </IconButton>
        )}
      </div>
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('channels')} help={channels ? undefined : t('allChannels')} error={problem('channels')}>
          {(control) => (
            <Channels
              control={control}
              disabled={disabled}
              chosen={channels ?? []}
              onChange={(next) => onChange(without(limit, 'channels', next))}
            />
          )}
        </Field>
        <Field label={t('topics')} help={topics ? undefined : t('allTopics')} error={problem('topics')}>
          {(control) => (
            <TopicsPicker
              {...control}
              readOnly={disabled}
              value={topics ?? []}
              onChange={(next) => onChange(without(limit, 'topics', next))}
            />
          )}
        </Field>
      </div>
    </fieldset>
  );
}

type PeriodProps = {
  limit: DraftCap;
  disabled: boolean;
  error: string | undefined;
  onChange: (per: DraftCap['per']) => void;
};

/** The last so many days, or a day of the calendar. */
function Period({ limit: { most, per }, disabled, error, onChange }: PeriodProps) {
  const t = useTranslations('delivery.capFields');
  const amount = per.kind === 'rolling' ? per.amount : usualAmount;
  const setUnit = (unit: (typeof spans)[number]) =>
    onChange(unit === 'day' || unit === 'week' ? { kind: 'calendar', unit } : { kind: 'rolling', unit, amount });
  return (
    <Field
      label={t('within')}
      error={error}
      help={per.kind === 'calendar' ? t(`calendarHelp.${per.unit}`) : most === 1 ? t('gap') : undefined}
    >
      {(control) => (
        <span className="flex gap-2">
          {per.kind === 'rolling' ? (
            <NumberInput
              {...control}
              className="w-16"
              value={per.amount}
              onChange={(next) => onChange({ ...per, amount: next })}
            />
          ) : null}
          <Select
            {...(per.kind === 'calendar' ? control : {})}
            aria-label={t('unit')}
            className="w-40!"
            disabled={disabled}
            value={per.unit}
            onChange={setUnit}
            options={spans.map((value) => ({ value, label: t(`spans.${value}`, { count: amount ?? 0 }) }))}
          />
        </span>
      )}
    </Field>
  );
}

type ChannelsProps = {
  control: { id: string; 'aria-describedby'?: string | undefined };
  disabled: boolean;
  chosen: readonly string[];
  onChange: (channels: string[]) => void;
};

function Channels({ control, disabled, chosen, onChange }: ChannelsProps) {
  const t = useTranslations('delivery.capFields');
  const [search, setSearch] = useState('');
  const items = personChannels().map((id) => ({ id, label: channelOf(id).label }));
  const found = items.filter(({ label }) => label.toLowerCase().includes(search.trim().toLowerCase()));
  return (
    <PickMany
      {...control}
      readOnly={disabled}
      chosen={chosen.map((id) => ({ id, label: channelOf(id).label }))}
      items={found}
      search={search}
      onSearch={setSearch}
      onChange={onChange}
      placeholder={t('addChannel')}
      searchLabel={t('searchChannel')}
      empty={t('noChannel')}
    />
  );
}

/** An empty list is no condition. */
function without(limit: DraftCap, name: 'channels' | 'topics', values: string[]): DraftCap {
  const next = { ...limit, [name]: values };
  if (values.length === 0) delete next[name];
  return next;
}
