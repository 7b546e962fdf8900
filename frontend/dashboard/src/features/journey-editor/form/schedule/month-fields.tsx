'use client';

import { weekdayWords } from '@wend/contract/plain';
import type { Json } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { Segmented } from '@/components/ui/segmented';
import { Select } from '@/components/ui/select';
import { cx } from '@/lib/cx';
import { repeatsOf, withRepeats } from './schedule-draft';
import type { ScheduleDraft } from './schedule-draft';

type MonthFieldsProps = {
  draft: ScheduleDraft;
  path: Path;
  set: (key: string, value: Json | undefined) => void;
  setAll: (draft: ScheduleDraft) => void;
};

/** Days of the month, or a weekday of it. */
export function MonthFields({ draft, path, set, setAll }: MonthFieldsProps) {
  const t = useTranslations('editor-schedule');
  const repeats = repeatsOf(draft);
  const days = Array.isArray(draft['days']) ? draft['days'] : [];
  return (
    <>
      <Segmented
        label={t('monthlyBy')}
        className="w-full [&>*]:flex-1"
        value={repeats === 'monthlyWeekday' ? 'monthlyWeekday' : 'monthly'}
        onChange={(next) => setAll(withRepeats(draft, next))}
        options={[
          { value: 'monthly', label: t('byDay') },
          { value: 'monthlyWeekday', label: t('byWeekday') },
        ]}
      />
      {repeats === 'monthly' ? (
        <>
          <FieldRow path={[...path, 'days']} label={t('days')} as="group">
            {() => <DaysOfMonth value={days} onChange={(next) => set('days', next)} />}
          </FieldRow>
          {days.some((day) => Number(day) > 28) && (
            <FieldRow path={[...path, 'shortMonths']} label={t('shortMonths')}>
              {(control) => (
                <Select
                  {...control}
                  value={draft['shortMonths'] === 'skip' ? 'skip' : 'lastDay'}
                  onChange={(next) => set('shortMonths', next)}
                  options={[
                    { value: 'lastDay', label: t('short.lastDay') },
                    { value: 'skip', label: t('short.skip') },
                  ]}
                />
              )}
            </FieldRow>
          )}
        </>
      ) : (
        <div className="grid grid-cols-2 gap-3">
          <FieldRow path={[...path, 'nth']} label={t('nth')}>
            {(control) => (
              <Select
                {...control}
                value={String(draft['nth'] ?? 1)}
                onChange={(next) => set('nth', Number(next))}
                options={(['1', '2', '3', '4', '0'] as const).map((each) => ({
                  value: each,
                  label: t(`places.${each}`),
                }))}
              />
            )}
          </FieldRow>
          <FieldRow path={[...path, 'weekday']} label={t('weekday')}>
            {(control) => (
              <Select
                {...control}
                value={String(draft['weekday'] ?? 1)}
                onChange={(next) => set('weekday', Number(next))}
                options={[1, 2, 3, 4, 5, 6, 7].map((day) => ({ value: String(day), label: weekdayWords(day) }))}
              />
            )}
          </FieldRow>
        </div>
      )}
    </>
  );
}

/** 1 to 31, and the last one as 0. */
function DaysOfMonth({ value, onChange }: { value: readonly Json[]; onChange: (value: Json) => void }) {
  const t = useTranslations('editor-schedule');
  const all = [...Array.from({ length: 31 }, (_, index) => index + 1), 0];
  return (
    <div className="grid grid-cols-7 gap-1">
      {all.map((day) => {
        const on = value.includes(day);
        return (
          <button
            key={day}
            type="button"
            aria-pressed={on}
            aria-label={day === 0 ? t('lastDay') : t('dayOfMonth', { day })}
            onClick={() =>
              onChange(
                on ? value.filter((each) => each !== day) : all.filter((each) => each === day || value.includes(each)),
              )
            }
            className={cx(
              'h-7 rounded-md border text-xs font-medium tabular-nums',
              day === 0 && 'col-span-4',
              on
                ? 'border-accent bg-accent-soft text-accent'
                : 'border-line-strong bg-raised text-muted hover:border-control hover:text-ink',
            )}
          >
            {day === 0 ? t('lastDay') : day}
          </button>
        );
      })}
    </div>
  );
}
