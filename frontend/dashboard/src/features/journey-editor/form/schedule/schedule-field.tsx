'use client';

import type { Json } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { FieldRow } from '@/components/form/field-row';
import { NumberInput } from '@/components/form/number-input';
import { WeekdaysInput } from '@/components/form/weekdays-input';
import { Input } from '@/components/ui/input';
import { Segmented } from '@/components/ui/segmented';
import type { FieldProps } from '../fields';
import { useForm } from '../form-context';
import { asSchema, titleOf } from '../schema';
import { EndFields } from './end-fields';
import { MonthFields } from './month-fields';
import { NextTimes } from './next-times';
import { frequencies, frequencyOf, repeatsOf, withRepeats } from './schedule-draft';
import type { Frequency, ScheduleDraft } from './schedule-draft';

/** When something happens, once or again and again, and the next times as one chooses. */
export function ScheduleField({ name, schema, value, path }: FieldProps) {
  const t = useTranslations('editor-schedule');
  const { change } = useForm();
  const draft: ScheduleDraft = asSchema(value) ?? {};
  const repeats = repeatsOf(draft);
  const set = (key: string, next: Json | undefined) => change([...path, key], next);
  const setAll = (next: ScheduleDraft) => change(path, next);
  const text = (key: string) => (typeof draft[key] === 'string' ? draft[key] : '');
  return (
    <FieldRow path={path} label={titleOf({ schema, key: name })} as="group">
      {() => (
        <div className="space-y-3 rounded-lg border border-line bg-raised p-3">
          <Segmented<Frequency>
            label={t('how')}
            className="w-full [&>*]:flex-1 [&>*]:px-1"
            value={frequencyOf(draft)}
            // What recurs begins today unless another day was chosen.
            onChange={(next) =>
              setAll(withRepeats(next === 'once' ? draft : { ...draft, start: text('start') || localDay() }, next))
            }
            options={frequencies.map((each) => ({ value: each, label: t(`frequency.${each}`) }))}
          />
          {repeats !== 'once' && (
            <FieldRow path={[...path, 'every']} label={t('every')}>
              {(control) => (
                <NumberInput
                  {...control}
                  className="w-36"
                  unit={t(`unit.${frequencyOf(draft)}`, { count: Number(draft['every'] ?? 1) })}
                  value={typeof draft['every'] === 'number' ? draft['every'] : undefined}
                  onChange={(next) => set('every', next)}
                />
              )}
            </FieldRow>
          )}
          {repeats === 'weekly' && (
            <FieldRow path={[...path, 'weekdays']} label={t('on')} as="group">
              {() => (
                <WeekdaysInput
                  value={Array.isArray(draft['weekdays']) ? draft['weekdays'] : []}
                  onChange={(next) => set('weekdays', next)}
                />
              )}
            </FieldRow>
          )}
          {(repeats === 'monthly' || repeats === 'monthlyWeekday') && (
            <MonthFields draft={draft} path={path} set={set} setAll={setAll} />
          )}
          <div className="grid grid-cols-2 gap-3">
            <FieldRow path={[...path, 'start']} label={repeats === 'once' ? t('day') : t('from')}>
              {(control) => (
                <Input
                  {...control}
                  type="date"
                  className="tabular-nums"
                  min="2000-01-01"
                  max="2199-12-31"
                  value={text('start')}
                  onChange={(event) => set('start', event.target.value)}
                />
              )}
            </FieldRow>
            <FieldRow path={[...path, 'time']} label={t('time')}>
              {(control) => (
                <Input
                  {...control}
                  type="time"
                  className="tabular-nums"
                  value={text('time')}
                  onChange={(event) => set('time', event.target.value)}
                />
              )}
            </FieldRow>
          </div>
          {repeats !== 'once' && <EndFields draft={draft} path={path} set={set} />}
          <FieldRow path={[...path, 'zone']} label={t('zone')} as="group">
            {() => (
              <Segmented
                label={t('zone')}
                className="w-full [&>*]:flex-1"
                value={draft['zone'] === 'person' ? 'person' : 'workspace'}
                onChange={(next) => set('zone', next)}
                options={[
                  { value: 'workspace', label: t('zones.workspace') },
                  { value: 'person', label: t('zones.person') },
                ]}
              />
            )}
          </FieldRow>
          <NextTimes draft={draft} />
        </div>
      )}
    </FieldRow>
  );
}

/** Today where the viewer is, as YYYY-MM-DD. */
function localDay(): string {
  return new Intl.DateTimeFormat('en-CA').format(new Date());
}
