'use client';

import { calendarSpanUnits, durationUnits } from '@wend/contract/plain';
import type { Json, Span } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { NumberInput } from '@/components/form/number-input';
import { asSchema } from './schema';
import type { Schema } from './schema';

type DurationInputProps = {
  value: Json | undefined;
  onChange: (value: Json) => void;
  /** Those that can be chosen; those of the clock when left out. */
  units?: readonly Span['unit'][] | undefined;
  id: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** The units that the schema of a field lets one choose. */
export function unitsOf(schema: Schema): readonly Span['unit'][] | undefined {
  const unit = asSchema(asSchema(schema['properties'])?.['unit'])?.['enum'];
  if (!Array.isArray(unit)) return undefined;
  const known = [...durationUnits, ...calendarSpanUnits];
  return known.filter((each) => unit.includes(each));
}

/** An amount and a unit. */
export function DurationInput({ value, onChange, id, units = durationUnits, ...control }: DurationInputProps) {
  const t = useTranslations('editor-form.durationInput');
  const given = asSchema(value) ?? {};
  const amount = typeof given['amount'] === 'number' ? given['amount'] : undefined;
  const unit = units.find((each) => each === given['unit']) ?? (units.includes('days') ? 'days' : units[0]!);
  // Beside calendar days it has to be said how long the others are.
  const both = units.includes('days') && units.includes('calendarDays');
  const count = amount ?? 2;
  return (
    <div className="flex gap-2">
      <NumberInput
        id={id}
        {...control}
        className="w-20"
        value={amount}
        onChange={(next) => onChange(next === undefined ? { unit } : { amount: next, unit })}
      />
      <Select
        aria-label={t('unit')}
        className="flex-1"
        value={unit}
        onChange={(next) => onChange(amount === undefined ? { unit: next } : { amount, unit: next })}
        options={units.map((each) => ({
          value: each,
          label: both && each === 'days' ? t('ofTheClock', { count }) : t(`units.${each}`, { count }),
        }))}
      />
    </div>
  );
}
