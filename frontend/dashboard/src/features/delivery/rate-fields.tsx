'use client';

import type { RateLimit } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { NumberInput } from '@/components/form/number-input';
import { Field } from '@/components/ui/field';
import { Select } from '@/components/ui/select';

/** A rate as it is edited: without a number there is none. */
export type DraftRate = { messages: number | undefined; per: RateLimit['per'] };

const periods = ['second', 'minute'] as const satisfies RateLimit['per'][];

export function draftOf(limit: RateLimit | null | undefined): DraftRate {
  return limit ?? { messages: undefined, per: 'second' };
}

export function limitOf({ messages, per }: DraftRate): RateLimit | null {
  return messages === undefined ? null : { messages, per };
}

type RateFieldsProps = {
  label: string;
  rate: DraftRate;
  onChange: (rate: DraftRate) => void;
  disabled: boolean;
  help?: string | undefined;
  problem?: string | undefined;
};

/** So many messages each second or minute; empty for as many as can be. */
export function RateFields({ label, rate, onChange, disabled, help, problem }: RateFieldsProps) {
  const t = useTranslations('delivery.rates');
  return (
    <Field label={label} help={help} error={problem}>
      {(control) => (
        <div className="flex flex-wrap items-center gap-2">
          <span className="w-28">
            <NumberInput
              {...control}
              disabled={disabled}
              value={rate.messages}
              placeholder={t('unlimited')}
              onChange={(messages) => onChange({ ...rate, messages })}
            />
          </span>
          <span className="w-44">
            <Select
              aria-label={t('period', { of: label })}
              disabled={disabled}
              value={rate.per}
              onChange={(per) => onChange({ ...rate, per })}
              options={periods.map((value) => ({ value, label: t(`periods.${value}`) }))}
            />
          </span>
        </div>
      )}
    </Field>
  );
}
