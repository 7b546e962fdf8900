'use client';

import type { OperandOf } from '@wend/contract';
import { Sigma } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { ComboInput } from '@/components/form/combo-input';
import { FieldRow } from '@/components/form/field-row';
import { Select } from '@/components/ui/select';
import { EventFilter } from '../parts/event-filter';
import { EventName } from '../parts/event-name';
import { RightSide } from '../parts/right-side';
import { Sentence, Word } from '../parts/sentence';
import { WindowField } from '../parts/window-field';
import { withWindow } from '../parts/window-model';
import { fittingComparison } from '../rule-model';
import { factsOfEvent, hintsOf, propertiesOfEvent, useKnownNames } from '../use-known-names';
import type { CompareProps, OperandEditor } from './operand-editor';

type Left = OperandOf<'eventValue'>;
const measures = ['sum', 'minimum', 'maximum', 'last', 'first', 'distinctDays'] as const satisfies Left['measure'][];

/** What comes of events: a total, the lowest or highest, when the first or last was, on how many days. */
function ValueEditor({ rule, left, path, onChange, control }: CompareProps<'eventValue'>) {
  const t = useTranslations('editor-rules.eventValueEditor');
  const measureWords = useTranslations('editor-rules.measures');
  const names = useKnownNames();
  const set = (next: Left) => onChange(fittingComparison(rule, next));
  const asksProperty = left.measure !== 'distinctDays';
  const isTime = left.measure === 'first' || left.measure === 'last';
  const withProperty = (property: string) => {
    const { property: _old, ...rest } = left;
    set(property === '' && isTime ? rest : { ...rest, property });
  };
  const measure = (next: Left['measure']) => {
    const { property, ...rest } = left;
    const keeps = next !== 'distinctDays' && property !== undefined && property !== '';
    set({ ...rest, measure: next, ...(keeps ? { property } : {}) });
  };
  return (
    <div className="space-y-1.5">
      <Sentence>
        <Select
          aria-label={t('measure')}
          className="w-auto! shrink-0"
          value={left.measure}
          onChange={measure}
          options={measures.map((value) => ({ value, label: measureWords(value) }))}
        />
        {asksProperty ? (
          <div className="min-w-28 flex-1">
            <FieldRow path={[...path, 'left', 'property']}>
              {(field) => (
                <ComboInput
                  {...field}
                  aria-label={t('property')}
                  value={left.property ?? ''}
                  suggestions={propertiesOfEvent(names, left.event)}
                  hintOf={hintsOf(factsOfEvent(names, left.event))}
                  placeholder={isTime ? t('time') : t('propertyExample')}
                  onChange={withProperty}
                />
              )}
            </FieldRow>
          </div>
        ) : null}
        <Word>{left.measure === 'distinctDays' ? t('with') : t('of')}</Word>
        <EventName
          label={t('event')}
          value={left.event}
          path={[...path, 'left', 'event']}
          onChange={(event) => set({ ...left, event })}
        />
      </Sentence>
      <RightSide rule={rule} onChange={onChange} control={control} />
      <Sentence>
        <Word>{t('counting')}</Word>
        <WindowField value={left} path={path} onChange={(window) => set(withWindow(left, window))} />
      </Sentence>
      <EventFilter
        event={left.event}
        rule={left.where}
        path={[...path, 'left', 'where']}
        onChange={(where) => {
          const { where: _old, ...rest } = left;
          set(where ? { ...rest, where } : rest);
        }}
      />
    </div>
  );
}

export const eventValue: OperandEditor<'eventValue'> = {
  family: 'behaviour',
  icon: Sigma,
  blank: () => ({ left: { source: 'eventValue', measure: 'last', event: '' }, is: 'inLastDays', value: 30 }),
  Editor: ValueEditor,
};
