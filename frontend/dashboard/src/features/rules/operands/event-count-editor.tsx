'use client';

import { MousePointerClick } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { CountField, countOf, isNever } from '../parts/count-field';
import { EventFilter } from '../parts/event-filter';
import { EventName } from '../parts/event-name';
import { Sentence } from '../parts/sentence';
import { WindowField } from '../parts/window-field';
import { withWindow } from '../parts/window-model';
import type { CompareProps, OperandEditor } from './operand-editor';

/** How often the person did something, in a time before now. */
function CountEditor({ rule, left, path, onChange, control }: CompareProps<'eventCount'>) {
  const t = useTranslations('editor-rules.eventCountEditor');
  const never = isNever(rule);
  return (
    <div className="space-y-1.5">
      <Sentence>
        <Select
          aria-label={t('didOrNot')}
          className="w-[104px]! shrink-0"
          value={never ? 'not' : 'did'}
          onChange={(next) => onChange({ ...rule, ...countOf(next === 'not') })}
          options={[
            { value: 'did', label: t('did') },
            { value: 'not', label: t('didNot') },
          ]}
        />
        <EventName
          label={t('event')}
          value={left.event}
          path={[...path, 'left', 'event']}
          onChange={(event) => onChange({ ...rule, left: { ...left, event } })}
        />
      </Sentence>
      <Sentence>
        {never ? null : <CountField rule={rule} onChange={onChange} control={control} />}
        <WindowField
          value={left}
          path={path}
          onChange={(window) => onChange({ ...rule, left: withWindow(left, window) })}
        />
      </Sentence>
      <EventFilter
        event={left.event}
        rule={left.where}
        path={[...path, 'left', 'where']}
        onChange={(where) => {
          const { where: _old, ...rest } = left;
          onChange({ ...rule, left: where ? { ...rest, where } : rest });
        }}
      />
    </div>
  );
}

export const eventCount: OperandEditor<'eventCount'> = {
  family: 'behaviour',
  icon: MousePointerClick,
  blank: () => ({ left: { source: 'eventCount', event: '', withinSeconds: 604_800 }, is: 'atLeast', value: 1 }),
  Editor: CountEditor,
};
