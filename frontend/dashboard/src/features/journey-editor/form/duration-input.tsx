'use client';

import { durationUnits } from '@wend/contract/plain';
import type { Json } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { NumberInput } from '@/components/form/number-input';
import { asSchema } from './schema';

type DurationInputProps = {
  value: Json | undefined;
  onChange: (value: Json) => void;
  id: string;
  'aria-invalid'?: boolean | undefined;
  'aria-describedby'?: string | undefined;
};

/** An amount and a unit. */
export function DurationInput({ value, onChange, id, ...control }: DurationInputProps) {
  const t = useTranslations('editor-form.durationInput');
  const given = asSchema(value) ?? {};
  const amount = typeof given['amount'] === 'number' ? given['amount'] : undefined;
  const unit = durationUnits.find((each) => each === given['unit']) ?? 'days';
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
        options={durationUnits.map((each) => ({ value: each, label: amount === 1 ? each.slice(0, -1) : each }))}
      />
    </div>
  );
}
