'use client';

import type { Compare, OperandOf } from '@wend/contract';
import { Route } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { CountField, countOf, isNever } from '../parts/count-field';
import { JourneyPicker } from '../parts/journey-picker';
import { Sentence } from '../parts/sentence';
import { StateSelect } from '../parts/state-select';
import { WindowField } from '../parts/window-field';
import { withWindow } from '../parts/window-model';
import type { CompareProps, OperandEditor } from './operand-editor';

type Left = OperandOf<'journeys'>;
const states = ['in', 'entered', 'completed', 'exited'] as const satisfies Left['state'][];

/** Runs of the person through journeys. */
function JourneysEditor({ rule, left, path, onChange, control }: CompareProps<'journeys'>) {
  const t = useTranslations('editor-rules.journeysEditor');
  const stateWords = useTranslations('editor-rules.journeyStates');
  const never = isNever(rule);
  const choose = (state: Left['state'], next: Compare) => {
    // Who is in a journey is in it now, and once.
    const kept = state === 'in' ? withWindow(left, {}) : left;
    onChange({ ...next, ...(state === 'in' ? countOf(isNever(next)) : {}), left: { ...kept, state } });
  };
  return (
    <div className="space-y-1.5">
      <Sentence>
        <StateSelect
          label={t('state')}
          rule={rule}
          state={left.state}
          states={states}
          words={stateWords}
          onChange={choose}
        />
        <JourneyPicker
          value={left.journey}
          name={left.name}
          onChange={(journey) => {
            const { journey: _journey, name: _name, ...rest } = left;
            onChange({ ...rule, left: journey ? { ...rest, journey: journey.id, name: journey.name } : rest });
          }}
        />
      </Sentence>
      {left.state === 'in' ? null : (
        <Sentence>
          {never ? null : <CountField rule={rule} onChange={onChange} control={control} />}
          <WindowField
            value={left}
            path={path}
            onChange={(window) => onChange({ ...rule, left: withWindow(left, window) })}
          />
        </Sentence>
      )}
    </div>
  );
}

export const journeys: OperandEditor<'journeys'> = {
  family: 'behaviour',
  icon: Route,
  blank: () => ({ left: { source: 'journeys', state: 'in' }, is: 'atLeast', value: 1 }),
  Editor: JourneysEditor,
};
