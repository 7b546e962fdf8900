'use client';

import { useTranslations } from 'next-intl';
import { useState } from 'react';
import { NumberInput } from '@/components/form/number-input';
import { Select } from '@/components/ui/select';
import { spanOf, spanUnits } from '../rule-model';
import type { Span } from '../rule-model';

type SpanFieldProps = { seconds: number; onChange: (span: { amount: number; unit: Span }) => void };

/** An amount of time in the unit that was chosen. */
export function SpanField({ seconds, onChange }: SpanFieldProps) {
  const t = useTranslations('editor-rules.spanField');
  const words = useTranslations('editor-rules.spans');
  const [unit, setUnit] = useState<Span>();
  const span = spanOf(seconds, unit);
  return (
    <div className="flex items-center gap-1.5">
      <NumberInput
        aria-label={t('amount')}
        className="w-16"
        value={span.amount}
        onChange={(amount) => {
          if (amount !== undefined && amount > 0) onChange({ ...span, amount });
        }}
      />
      <Select
        aria-label={t('unit')}
        className="w-24! shrink-0"
        value={span.unit}
        onChange={(next) => {
          setUnit(next);
          onChange({ ...span, unit: next });
        }}
        options={spanUnits.map((value) => ({ value, label: words(value) }))}
      />
    </div>
  );
}
