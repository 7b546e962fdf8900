'use client';

import type { OperandOf } from '@wend/contract';
import { Route } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { Select } from '@/components/ui/select';
import { CountField, countOf, isNever } from '../parts/count-field';
import { JourneyPicker } from '../parts/journey-picker';
import { Sentence } from '../parts/sentence';
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
  const choose = (next: string) => {
    const [state, not] = next.split(' ') as [Left['state'], string?];
    const count = (not === 'not') === never && state !== 'in' ? {} : countOf(not === 'not');
    // Who is in a journey is in it now.
    const kept = state === 'in' ? withWindow(left, {}) : left;
    onChange({ ...rule, ...count, left: { ...kept, state } });
  };
  return (
    <div className="space-y-1.5">
      <Sentence>
        <Select
          aria-label={t('state')}
          className="w-auto! shrink-0"
          value={never ? `${left.state} not` : left.state}
          onChange={choose}
          options={[
            ...states.map((state) => ({ value: state as string, label: stateWords(`did.${state}`) })),
            ...states.map((state) => ({ value: `${state} not`, label: stateWords(`not.${state}`) })),
          ]}
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
