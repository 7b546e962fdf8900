'use client';

import type { Window } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { NumberInput } from '@/components/form/number-input';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import type { Span } from '../rule-model';
import { SpanField } from './span-field';
import { kindOf, windowKinds, windowOf, within } from './window-model';

type WindowFieldProps = { value: Window; path: Path; onChange: (window: Window) => void };

/** Since when something counts. */
export function WindowField({ value, path, onChange }: WindowFieldProps) {
  const t = useTranslations('editor-rules.windowField');
  const kind = kindOf(value);
  const today = new Date().toISOString().slice(0, 10);
  const { withinSeconds, withinDays, from, to } = value;
  const between = (next: Window) => {
    const days = { from, to, ...next };
    // Without both there is no window any more: the first day stays, to be written anew.
    onChange({ ...(days.from ? { from: days.from } : {}), ...(days.to ? { to: days.to } : {}) });
  };
  return (
    <>
      <Select
        aria-label={t('sinceWhen')}
        className="w-auto! shrink-0"
        value={kind}
        onChange={(next) => onChange(windowOf(next, { was: value, today }))}
        options={windowKinds.map((each) => ({ value: each, label: t(`kinds.${each}`) }))}
      />
      {withinSeconds === undefined ? null : (
        <SpanField
          seconds={withinSeconds}
          onChange={(span: { amount: number; unit: Span }) => onChange(within(span))}
        />
      )}
      {withinDays === undefined ? null : (
        <>
          <NumberInput
            aria-label={t('days')}
            className="w-16"
            value={withinDays}
            onChange={(days) => {
              if (days !== undefined && Number.isInteger(days) && days > 0)
                onChange({ withinDays: Math.min(days, 3_660) });
            }}
          />
          <span className="text-muted">{t('daysIncluded', { days: withinDays })}</span>
        </>
      )}
      {kind === 'between' ? (
        <>
          <Input
            type="date"
            aria-label={t('from')}
            className="w-36!"
            value={from ?? ''}
            onChange={(event) => between({ from: event.target.value })}
          />
          <span className="text-muted">{t('to')}</span>
          <Input
            type="date"
            aria-label={t('to')}
            className="w-36!"
            value={to ?? ''}
            onChange={(event) => between({ to: event.target.value })}
          />
        </>
      ) : null}
      <div className="basis-full empty:hidden">
        {(['withinSeconds', 'to'] as const).map((name) => (
          <FieldRow key={name} path={[...path, 'left', name]}>
            {() => null}
          </FieldRow>
        ))}
      </div>
    </>
  );
}
