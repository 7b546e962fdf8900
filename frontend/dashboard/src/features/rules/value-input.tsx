'use client';

import { isReference, operators } from '@wend/contract/plain';
import type { Compare } from '@wend/contract';
import { LogIn, Workflow } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { ComboInput } from '@/components/form/combo-input';
import { mayIgnoreCase } from './rule-model';
import { ResultInput } from './parts/result-input';
import { useRule } from './rule-context';
import { TypeNote } from './type-note';
import { valueFields } from './value-fields';
import type { ValueProps } from './value-fields';

/**
 * The right side: a value of the type that the comparison is of, a list of values, a property of the event that began
 * the run, or a result of an earlier step.
 */
export function ValueInput({ rule, onChange, mayRefer, control }: ValueProps & { mayRefer: boolean }) {
  const t = useTranslations('editor-rules.valueInput');
  const { entryProperties, results } = useRule();
  const { value, is } = rule;
  const toEntry = isReference(value) && 'entry' in value ? value : null;
  const toResult = isReference(value) && 'run' in value ? value : null;
  const canRefer = mayRefer && operators[is].takes === 'value' && !operators[is].calendar;
  const Field = valueFields[is];
  return (
    <div className="space-y-1.5">
      <div className="flex gap-1.5">
        <div className="min-w-0 flex-1">
          {toEntry && (
            <ComboInput
              {...control}
              aria-label={t('entryProperty')}
              value={toEntry.entry}
              suggestions={entryProperties}
              placeholder={t('entryPropertyPlaceholder')}
              onChange={(entry) => onChange({ ...rule, value: { entry } })}
            />
          )}
          {toResult && (
            <ResultInput
              control={control}
              label={t('result')}
              value={toResult.run}
              onChange={(run) => onChange({ ...rule, value: { run } })}
            />
          )}
          {!toEntry && !toResult && Field && <Field rule={rule} onChange={onChange} control={control} />}
        </div>
        {canRefer && (
          <IconButton
            variant="secondary"
            aria-pressed={toEntry !== null}
            label={toEntry ? t('compareValue') : t('compareEntryProperty')}
            onClick={() => onChange({ ...rule, value: toEntry ? '' : { entry: '' } })}
          >
            <LogIn size={14} strokeWidth={1.75} />
          </IconButton>
        )}
        {canRefer && (results.length > 0 || toResult) && (
          <IconButton
            variant="secondary"
            aria-pressed={toResult !== null}
            label={toResult ? t('compareValue') : t('compareResult')}
            onClick={() => onChange({ ...rule, value: toResult ? '' : { run: '' } })}
          >
            <Workflow size={14} strokeWidth={1.75} />
          </IconButton>
        )}
      </div>
      <TypeNote rule={rule} onChange={onChange} />
      {operators[is].negative && 'path' in rule.left ? <p className="text-xs text-muted">{t('orNone')}</p> : null}
      {operators[is].note ? <p className="text-xs text-muted">{operators[is].note}</p> : null}
      {(mayIgnoreCase(rule) || rule.ignoreCase) && (
        <Checkbox
          label={t('anyCase')}
          checked={rule.ignoreCase ?? false}
          onChange={(ignoreCase) => onChange(withCase(rule, ignoreCase))}
        />
      )}
    </div>
  );
}

function withCase({ ignoreCase: _old, ...rule }: Compare, ignoreCase: boolean): Compare {
  return ignoreCase ? { ...rule, ignoreCase } : rule;
}
