'use client';

import { operators, readDate } from '@wend/contract/plain';
import type { Compare, Comparison } from '@wend/contract';
import { Clock, Type } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { useEffect, useState } from 'react';
import type { ComponentType } from 'react';
import { IconButton } from '@/components/ui/icon-button';
import { NumberInput } from '@/components/form/number-input';
import { Input } from '@/components/ui/input';
import type { Control } from '@/components/form/field-row';
import { parseScalar, scalarText, typedValue, typeOf } from './rule-model';

export type ValueProps = { rule: Compare; onChange: (rule: Compare) => void; control: Control };

/** The field that each operator's value is written in; null where there is no value. */
export const valueFields: Readonly<Record<Comparison, ComponentType<ValueProps> | null>> = {
  equals: SingleValue,
  notEquals: SingleValue,
  anyOf: ListValue,
  noneOf: ListValue,
  oneOf: ListValue,
  contains: SingleValue,
  containsAnyOf: ListValue,
  notContains: SingleValue,
  startsWith: SingleValue,
  greaterThan: SingleValue,
  atLeast: SingleValue,
  lessThan: SingleValue,
  atMost: SingleValue,
  on: DateValue,
  before: DateValue,
  after: DateValue,
  onOrBefore: DateValue,
  onOrAfter: DateValue,
  inLastDays: DaysValue,
  inNextDays: DaysValue,
  anniversaryInDays: DaysValue,
  exists: null,
  notExists: null,
};

function SingleValue({ rule, onChange, control }: ValueProps) {
  const t = useTranslations('editor-rules.valueFields');
  const typeWords = useTranslations('editor-rules.types');
  const { is, value } = rule;
  const type = typeOf(is);
  const written = scalarText(value);
  // Digits and `true` can be meant as text: that is chosen, and stays chosen while one types.
  const couldBeOther = operators[is].type === 'any' && typeof parseScalar(written) !== 'string';
  const [asText, setAsText] = useState(couldBeOther && typeof value === 'string');
  if (couldBeOther && typeof value === 'string' && !asText) setAsText(true);
  const toggle = () => {
    setAsText(!asText);
    onChange({ ...rule, value: asText ? parseScalar(written) : written });
  };
  return (
    <div className="flex gap-1.5">
      <Input
        {...control}
        aria-label={t('value')}
        inputMode={type === 'number' ? 'decimal' : 'text'}
        value={written}
        placeholder={type ? typeWords(type) : t('placeholder')}
        onChange={(event) =>
          onChange({ ...rule, value: asText ? event.target.value : typedValue(is, event.target.value) })
        }
      />
      {couldBeOther ? (
        <IconButton
          variant="secondary"
          aria-pressed={typeof value === 'string'}
          label={typeof value === 'string' ? t('isText') : t(`is.${typeof value === 'number' ? 'number' : 'boolean'}`)}
          onClick={toggle}
        >
          <Type size={14} strokeWidth={1.75} />
        </IconButton>
      ) : null}
    </div>
  );
}

/** So many days from today. */
function DaysValue({ rule, onChange, control }: ValueProps) {
  const t = useTranslations('editor-rules.valueFields');
  return (
    <NumberInput
      {...control}
      aria-label={t('days')}
      className="w-28"
      unit={t('daysUnit', { days: Number(rule.value) })}
      value={typeof rule.value === 'number' ? rule.value : undefined}
      onChange={(value) =>
        onChange(value === undefined ? { op: 'compare', left: rule.left, is: rule.is } : { ...rule, value })
      }
    />
  );
}

function ListValue({ rule, onChange, control }: ValueProps) {
  const { is, value } = rule;
  return (
    <ListInput
      {...control}
      value={Array.isArray(value) ? value.map(scalarText) : []}
      onChange={(items) => onChange({ ...rule, value: items.map((each) => typedValue(is, each)) })}
    />
  );
}

/** A day from the calendar, or, for those who need it, a time with its offset. */
function DateValue({ rule, onChange, control }: ValueProps) {
  const t = useTranslations('editor-rules.valueFields');
  const written = scalarText(rule.value);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(written) && readDate(written) !== null;
  const [exact, setExact] = useState(written !== '' && !isDay);
  const toggle = () => {
    setExact(!exact);
    if (exact && !isDay) onChange({ ...rule, value: '' });
  };
  return (
    <div className="flex gap-1.5">
      <div className="min-w-0 flex-1">
        <Input
          key={String(exact)}
          {...control}
          type={exact ? 'text' : 'date'}
          aria-label={exact ? t('dateTime') : t('date')}
          placeholder="2026-05-01T09:00+02:00"
          spellCheck={false}
          value={written}
          onChange={(event) => onChange({ ...rule, value: event.target.value })}
        />
      </div>
      <IconButton
        variant="secondary"
        aria-pressed={exact}
        label={exact ? t('compareDay') : t('compareDateTime')}
        onClick={toggle}
      >
        <Clock size={14} strokeWidth={1.75} />
      </IconButton>
    </div>
  );
}

/** Values separated by commas. What is typed stays as typed until the field is left. */
function ListInput({
  value,
  onChange,
  ...control
}: Partial<Control> & { value: readonly string[]; onChange: (items: string[]) => void }) {
  const t = useTranslations('editor-rules.valueFields');
  const joined = value.join(', ');
  const [typed, setTyped] = useState(joined);
  const [focused, setFocused] = useState(false);
  useEffect(() => {
    if (!focused) setTyped(joined);
  }, [joined, focused]);
  return (
    <Input
      {...control}
      aria-label={t('list')}
      value={typed}
      placeholder={t('listPlaceholder')}
      onFocus={() => setFocused(true)}
      onBlur={() => setFocused(false)}
      onChange={(event) => {
        setTyped(event.target.value);
        onChange(
          event.target.value
            .split(',')
            .map((each) => each.trim())
            .filter(Boolean),
        );
      }}
    />
  );
}
