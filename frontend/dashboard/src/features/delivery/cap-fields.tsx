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
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { listOf } from './list-of';

/** A limit as it is edited: a number may be missing for a moment. */
export type DraftCap = Omit<Cap, 'most' | 'per'> & {
  most: number | undefined;
  per: { kind: 'rolling'; amount: number | undefined; unit: CapUnit } | { kind: 'calendar'; unit: 'day' | 'week' };
};

export const newCap: DraftCap = { most: 3, per: { kind: 'rolling', amount: 7, unit: 'days' } };

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
  const { most, per, channels, topics } = limit;
  const setSpan = (unit: (typeof spans)[number]) =>
    onChange({
      ...limit,
      per:
        unit === 'day' || unit === 'week'
          ? { kind: 'calendar', unit }
          : { kind: 'rolling', unit, amount: per.kind === 'rolling' ? per.amount : 7 },
    });
  return (
    <fieldset disabled={disabled} className="grid gap-3" aria-label={t('limit', { number })}>
      <div className="flex flex-wrap items-end gap-x-2 gap-y-3">
        <Field label={t('most')} error={problem('most')} className="w-28">
          {(control) => (
            <NumberInput {...control} value={most} onChange={(next) => onChange({ ...limit, most: next })} />
          )}
        </Field>
        {per.kind === 'rolling' ? (
          <Field label={t('within')} error={problem('per.amount') ?? problem('per')} className="w-24">
            {(control) => (
              <NumberInput
                {...control}
                value={per.amount}
                onChange={(amount) => onChange({ ...limit, per: { ...per, amount } })}
              />
            )}
          </Field>
        ) : null}
        <Field label={t('window')} className="w-52">
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={per.unit}
              onChange={setSpan}
              options={spans.map((value) => ({ value, label: t(`spans.${value}`) }))}
            />
          )}
        </Field>
        {disabled ? null : (
          <IconButton label={t('remove', { number })} onClick={onRemove} className="ml-auto">
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
        <Field label={t('topics')} help={topics ? t('commas') : t('allTopics')} error={problem('topics')}>
          {(control) => (
            <Input
              {...control}
              defaultValue={(topics ?? []).join(', ')}
              placeholder={t('topicExample')}
              onChange={(event) => onChange(without(limit, 'topics', listOf(event.target.value)))}
            />
          )}
        </Field>
      </div>
    </fieldset>
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
  if (disabled)
    return (
      <p id={control.id} className="py-1.5">
        {chosen.map((id) => channelOf(id).label).join(', ') || t('any')}
      </p>
    );
  return (
    <PickMany
      {...control}
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
