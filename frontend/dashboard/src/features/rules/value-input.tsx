'use client';

import { isReference, operators } from '@wend/contract/plain';
import type { Compare } from '@wend/contract';
import { LogIn } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Checkbox } from '@/components/ui/checkbox';
import { IconButton } from '@/components/ui/icon-button';
import { ComboInput } from '@/components/form/combo-input';
import { mayIgnoreCase } from './rule-model';
import { useRule } from './rule-context';
import { TypeNote } from './type-note';
import { valueFields } from './value-fields';
import type { ValueProps } from './value-fields';

/**
 * The right side: a value of the type that the comparison is of, a list of values, or a property of the event that
 * began the run.
 */
export function ValueInput({ rule, onChange, mayRefer, control }: ValueProps & { mayRefer: boolean }) {
  const t = useTranslations('editor-rules.valueInput');
  const { entryProperties } = useRule();
  const { value, is } = rule;
  const refers = isReference(value);
  const Field = valueFields[is];
  return (
    <div className="space-y-1.5">
      <div className="flex gap-1.5">
        <div className="min-w-0 flex-1">
          {refers ? (
            <ComboInput
              {...control}
              aria-label={t('entryProperty')}
              value={value.entry}
              suggestions={entryProperties}
              placeholder={t('entryPropertyPlaceholder')}
              onChange={(entry) => onChange({ ...rule, value: { entry } })}
            />
          ) : (
            Field && <Field rule={rule} onChange={onChange} control={control} />
          )}
        </div>
        {mayRefer && operators[is].takes === 'value' && !operators[is].calendar && (
          <IconButton
            variant="secondary"
            aria-pressed={refers}
            label={refers ? t('compareValue') : t('compareEntryProperty')}
            onClick={() => onChange({ ...rule, value: refers ? '' : { entry: '' } })}
          >
            <LogIn size={14} strokeWidth={1.75} />
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
