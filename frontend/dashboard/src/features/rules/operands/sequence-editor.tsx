'use client';

import type { OperandOf, Rule } from '@wend/contract';
import { ListOrdered } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FieldRow } from '@/components/form/field-row';
import { Select } from '@/components/ui/select';
import { CountField, countOf, isNever } from '../parts/count-field';
import { EventFilter } from '../parts/event-filter';
import { EventName } from '../parts/event-name';
import { Sentence, Word } from '../parts/sentence';
import { SpanField } from '../parts/span-field';
import { WindowField } from '../parts/window-field';
import { within, withWindow } from '../parts/window-model';
import type { CompareProps, OperandEditor } from './operand-editor';

type Left = OperandOf<'sequence'>;

/** One thing and then, within a time, another, or not. */
function SequenceEditor({ rule, left, path, onChange, control }: CompareProps<'sequence'>) {
  const t = useTranslations('editor-rules.sequenceEditor');
  const never = isNever(rule);
  const set = (next: Left) => onChange({ ...rule, left: next });
  const withFilter = (name: 'where' | 'thenWhere', filter: Rule | undefined) => {
    const { [name]: _old, ...rest } = left;
    set((filter ? { ...rest, [name]: filter } : rest) as Left);
  };
  const setWithout = (without: boolean) => {
    const { without: _old, ...rest } = left;
    set(without ? { ...rest, without } : rest);
  };
  return (
    <div className="space-y-1.5">
      <Sentence>
        <Select
          aria-label={t('didOrNot')}
          className="w-[104px]! shrink-0"
          value={never ? 'never' : 'did'}
          onChange={(next) => onChange({ ...rule, ...countOf(next === 'never') })}
          options={[
            { value: 'did', label: t('did') },
            { value: 'never', label: t('never') },
          ]}
        />
        <EventName
          label={t('first')}
          value={left.event}
          path={[...path, 'left', 'event']}
          onChange={(event) => set({ ...left, event })}
        />
      </Sentence>
      <EventFilter
        event={left.event}
        rule={left.where}
        path={[...path, 'left', 'where']}
        onChange={(filter) => withFilter('where', filter)}
      />
      <Sentence>
        <Select
          aria-label={t('thenOrNot')}
          className="w-[104px]! shrink-0"
          value={left.without ? 'not' : 'then'}
          onChange={(next) => setWithout(next === 'not')}
          options={[
            { value: 'then', label: t('then') },
            { value: 'not', label: t('thenNot') },
          ]}
        />
        <EventName
          label={t('second')}
          value={left.then}
          path={[...path, 'left', 'then']}
          onChange={(then) => set({ ...left, then })}
        />
        <Word>{t('within')}</Word>
        <SpanField
          seconds={left.thenWithinSeconds}
          onChange={(span) => set({ ...left, thenWithinSeconds: within(span).withinSeconds ?? 3_600 })}
        />
      </Sentence>
      <FieldRow path={[...path, 'left', 'thenWithinSeconds']}>{() => null}</FieldRow>
      <EventFilter
        event={left.then}
        rule={left.thenWhere}
        path={[...path, 'left', 'thenWhere']}
        onChange={(filter) => withFilter('thenWhere', filter)}
      />
      <Sentence>
        {never ? null : <CountField rule={rule} onChange={onChange} control={control} />}
        <WindowField value={left} path={path} onChange={(window) => set(withWindow(left, window))} />
      </Sentence>
    </div>
  );
}

export const sequence: OperandEditor<'sequence'> = {
  family: 'behaviour',
  icon: ListOrdered,
  blank: () => ({
    left: { source: 'sequence', event: '', then: '', thenWithinSeconds: 86_400, withinSeconds: 2_592_000 },
    is: 'atLeast',
    value: 1,
  }),
  Editor: SequenceEditor,
};
