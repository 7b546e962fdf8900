'use client';

import { holidayCountries } from '@wend/contract/plain';
import type { QuietHours } from '@wend/contract';
import { Plus, Trash2 } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { WeekdaysInput } from '@/components/form/weekdays-input';
import { Button } from '@/components/ui/button';
import { Field, fieldError } from '@/components/ui/field';
import { IconButton } from '@/components/ui/icon-button';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { listOf } from './list-of';
import { QuietAgreement } from './quiet-agreement';

type QuietWindow = QuietHours['windows'][number];

const night: QuietWindow = { days: [1, 2, 3, 4, 5, 6, 7], from: '21:00', to: '08:00' };
export const newQuietHours: QuietHours = { windows: [night] };

type QuietFieldsProps = {
  hours: QuietHours;
  onChange: (hours: QuietHours) => void;
  disabled: boolean;
  /** What the server said; `path` leads to these hours. */
  error: unknown;
  path: string;
};

/** Quiet hours: windows of the week, days that are quiet as a whole, and who may be written to all the same. */
export function QuietFields({ hours, onChange, disabled, error, path }: QuietFieldsProps) {
  const t = useTranslations('delivery.quietFields');
  const { windows, holidays, dates = [], unless } = hours;
  const set = (change: Partial<QuietHours>) => onChange({ ...hours, ...change });
  const never = fieldError(error, `${path}.windows`);
  const wrongDate = dates.findIndex((_, index) => fieldError(error, `${path}.dates.${index}`) !== undefined);
  const dateProblem =
    wrongDate < 0
      ? fieldError(error, `${path}.dates`)
      : t('wrongDate', { date: dates[wrongDate]!, problem: fieldError(error, `${path}.dates.${wrongDate}`)! });
  return (
    <fieldset disabled={disabled} className="grid gap-4">
      {windows.length > 0 ? (
        <ol className="space-y-3">
          {windows.map((window, index) => (
            <li key={index} className="rounded-lg border border-line bg-raised p-3">
              <WindowRow
                window={window}
                number={index + 1}
                disabled={disabled}
                problem={(field) => fieldError(error, `${path}.windows.${index}.${field}`)}
                onChange={(next) => set({ windows: windows.map((each, at) => (at === index ? next : each)) })}
                onRemove={() => set({ windows: windows.filter((_, at) => at !== index) })}
              />
            </li>
          ))}
        </ol>
      ) : null}
      {never ? (
        <p role="alert" className="text-xs text-bad">
          {never}
        </p>
      ) : null}
      {disabled || windows.length >= 20 ? null : (
        <div>
          <Button size="sm" onClick={() => set({ windows: [...windows, night] })}>
            <Plus size={14} strokeWidth={1.75} aria-hidden />
            {t('add')}
          </Button>
        </div>
      )}
      <div className="grid gap-3 sm:grid-cols-2">
        <Field label={t('holidays')}>
          {(control) => (
            <Select
              {...control}
              disabled={disabled}
              value={holidays ?? 'none'}
              options={[
                { value: 'none', label: t('noHolidays') },
                ...holidayCountries.map((country) => ({ value: country, label: t(`countries.${country}`) })),
              ]}
              onChange={(country) => set({ holidays: country === 'none' ? undefined : country })}
            />
          )}
        </Field>
        <Field label={t('dates')} help={t('datesHelp')} error={dateProblem}>
          {(control) => (
            <Input
              {...control}
              defaultValue={dates.join(', ')}
              placeholder="2027-01-01"
              onChange={(event) => {
                const next = listOf(event.target.value);
                set({ dates: next.length === 0 ? undefined : next });
              }}
            />
          )}
        </Field>
        <QuietAgreement
          unless={unless}
          onChange={(next) => set({ unless: next })}
          disabled={disabled}
          error={error}
          path={path}
        />
      </div>
    </fieldset>
  );
}

type WindowRowProps = {
  window: QuietWindow;
  number: number;
  disabled: boolean;
  problem: (field: string) => string | undefined;
  onChange: (window: QuietWindow) => void;
  onRemove: () => void;
};

function WindowRow({ window, number, disabled, problem, onChange, onRemove }: WindowRowProps) {
  const t = useTranslations('delivery.quietFields');
  return (
    <div role="group" aria-label={t('window', { number })} className="flex flex-wrap items-end gap-x-3 gap-y-3">
      {(['from', 'to'] as const).map((end) => (
        <Field key={end} label={t(end)} error={problem(end)} className="w-32">
          {(control) => (
            <Input
              {...control}
              type="time"
              value={window[end]}
              onChange={(event) => onChange({ ...window, [end]: event.target.value })}
            />
          )}
        </Field>
      ))}
      <Field label={t('days')} error={problem('days')} className="min-w-60 flex-1">
        {() => (
          <WeekdaysInput value={window.days} onChange={(days) => onChange({ ...window, days: days as number[] })} />
        )}
      </Field>
      {disabled ? null : (
        <IconButton label={t('remove', { number })} onClick={onRemove}>
          <Trash2 size={16} strokeWidth={1.75} aria-hidden />
        </IconButton>
      )}
    </div>
  );
}
