'use client';

import { overduePolicies } from '@wend/contract/plain';
import type { OverduePolicy } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { RadioGroup } from 'radix-ui';
import { useId } from 'react';

type OverdueChoiceProps = {
  value: OverduePolicy;
  onChange: (value: OverduePolicy) => void;
  /** What a choice comes to, where that is known. */
  counts?: Partial<Record<OverduePolicy, string>>;
};

/** What becomes of what falls due while a journey is paused. */
export function OverdueChoice({ value, onChange, counts = {} }: OverdueChoiceProps) {
  const t = useTranslations('journeys.pauseDialogs');
  const id = useId();
  return (
    <>
      <h3 id={id} className="mb-2 font-medium">
        {t('overdue')}
      </h3>
      <RadioGroup.Root
        value={value}
        onValueChange={(chosen) => onChange(overduePolicies.find((each) => each === chosen) ?? 'hold')}
        aria-labelledby={id}
        className="grid gap-2"
      >
        {overduePolicies.map((policy) => (
          <RadioGroup.Item
            key={policy}
            value={policy}
            aria-labelledby={`${id}-${policy}`}
            aria-describedby={`${id}-${policy}-text`}
            className="flex items-start gap-3 rounded-lg border border-line bg-surface p-3 text-left hover:border-accent data-[state=checked]:border-accent data-[state=checked]:ring-1 data-[state=checked]:ring-accent"
          >
            <span
              aria-hidden
              className="mt-0.5 flex size-4 shrink-0 items-center justify-center rounded-full border border-line"
            >
              <RadioGroup.Indicator className="size-2 rounded-full bg-accent" />
            </span>
            <span className="min-w-0 flex-1">
              <span id={`${id}-${policy}`} className="block font-medium">
                {t(`policies.${policy}`)}
              </span>
              <span id={`${id}-${policy}-text`} className="mt-0.5 block text-xs text-muted">
                {t(`policyTexts.${policy}`)}
                {counts[policy] ? <span className="mt-1 block text-ink">{counts[policy]}</span> : null}
              </span>
            </span>
          </RadioGroup.Item>
        ))}
      </RadioGroup.Root>
    </>
  );
}
