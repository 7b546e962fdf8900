'use client';

import type { Json } from '@wend/contract';
import { useTranslations } from 'next-intl';
import type { Path } from '@/components/form/field-path';
import { FieldRow } from '@/components/form/field-row';
import { NumberInput } from '@/components/form/number-input';
import { Input } from '@/components/ui/input';
import { Select } from '@/components/ui/select';
import { asSchema } from '../schema';
import type { ScheduleDraft } from './schedule-draft';

type EndFieldsProps = { draft: ScheduleDraft; path: Path; set: (key: string, value: Json | undefined) => void };
type End = 'never' | 'on' | 'after';

/** Until when, or how often. */
export function EndFields({ draft, path, set }: EndFieldsProps) {
  const t = useTranslations('editor-schedule');
  const end = asSchema(draft['end']);
  const kind: End = end?.['kind'] === 'on' ? 'on' : end?.['kind'] === 'after' ? 'after' : 'never';
  const choose = (next: End) =>
    set('end', next === 'never' ? undefined : next === 'on' ? { kind: 'on', day: '' } : { kind: 'after', times: 10 });
  return (
    <FieldRow path={[...path, 'end']} label={t('end')} inside>
      {(control) => (
        <div className="grid grid-cols-2 gap-3">
          <Select
            {...control}
            value={kind}
            onChange={choose}
            options={(['never', 'on', 'after'] as const).map((each) => ({ value: each, label: t(`ends.${each}`) }))}
          />
          {kind === 'on' && (
            <Input
              type="date"
              aria-label={t('lastOne')}
              aria-invalid={control['aria-invalid']}
              className="tabular-nums"
              max="2199-12-31"
              value={typeof end?.['day'] === 'string' ? end['day'] : ''}
              onChange={(event) => set('end', { kind: 'on', day: event.target.value })}
            />
          )}
          {kind === 'after' && (
            <NumberInput
              aria-label={t('howOften')}
              aria-invalid={control['aria-invalid']}
              unit={t('times')}
              value={typeof end?.['times'] === 'number' ? end['times'] : undefined}
              onChange={(next) => set('end', next === undefined ? { kind: 'after' } : { kind: 'after', times: next })}
            />
          )}
        </div>
      )}
    </FieldRow>
  );
}
