'use client';

import { personChannels } from '@wend/contract/plain';
import type { OperandOf } from '@wend/contract';
import { Mail } from 'lucide-react';
import { useTranslations } from 'next-intl';
import { FieldRow } from '@/components/form/field-row';
import { Select } from '@/components/ui/select';
import { useChannels } from '@/features/messages/channels';
import { CountField, isNever } from '../parts/count-field';
import { JourneyPicker } from '../parts/journey-picker';
import { Sentence, Word } from '../parts/sentence';
import { StateSelect } from '../parts/state-select';
import { StepSelect } from '../parts/step-select';
import { WindowField } from '../parts/window-field';
import { withWindow } from '../parts/window-model';
import type { CompareProps, OperandEditor } from './operand-editor';

type Left = OperandOf<'messages'>;
const states = ['sent', 'delivered', 'opened', 'clicked'] as const satisfies Left['state'][];
const any = 'any';

/** What became of messages to the person. */
function MessagesEditor({ rule, left, path, onChange, control }: CompareProps<'messages'>) {
  const t = useTranslations('editor-rules.messagesEditor');
  const stateWords = useTranslations('editor-rules.messageStates');
  const channels = useChannels().filter(({ name }) => personChannels().includes(name));
  const never = isNever(rule);
  const set = (next: Left) => onChange({ ...rule, left: next });
  const { channel: _channel, journey: _journey, node: _node, name: _name, ...base } = left;
  const ofChannel = left.channel === undefined ? {} : { channel: left.channel };
  return (
    <div className="space-y-1.5">
      <Sentence>
        <StateSelect
          label={t('state')}
          rule={rule}
          state={left.state}
          states={states}
          words={stateWords}
          onChange={(state, next) => onChange({ ...next, left: { ...left, state } })}
        />
        <Select
          aria-label={t('channel')}
          className="w-auto! shrink-0"
          value={left.channel ?? any}
          onChange={(next) => {
            const { channel: _old, ...rest } = left;
            set(next === any ? rest : { ...rest, channel: next });
          }}
          options={[
            { value: any, label: t('anyMessage') },
            ...channels.map(({ name, plural }) => ({ value: name, label: plural })),
          ]}
        />
      </Sentence>
      <Sentence>
        <Word>{t('of')}</Word>
        <JourneyPicker
          value={left.journey}
          name={left.name}
          onChange={(journey) =>
            set({ ...base, ...ofChannel, ...(journey ? { journey: journey.id, name: journey.name } : {}) })
          }
        />
        {left.journey === undefined ? null : (
          <StepSelect
            journey={left.journey}
            value={left.node}
            onChange={(step) => {
              const { node: _old, name: _before, ...rest } = left;
              set(step ? { ...rest, node: step.id, name: step.name } : rest);
            }}
          />
        )}
      </Sentence>
      <FieldRow path={[...path, 'left', 'journey']}>{() => null}</FieldRow>
      <Sentence>
        {never ? null : <CountField rule={rule} onChange={onChange} control={control} />}
        <WindowField value={left} path={path} onChange={(window) => set(withWindow(left, window))} />
      </Sentence>
    </div>
  );
}

export const messages: OperandEditor<'messages'> = {
  family: 'behaviour',
  icon: Mail,
  blank: () => ({ left: { source: 'messages', state: 'opened', withinSeconds: 2_592_000 }, is: 'atLeast', value: 1 }),
  Editor: MessagesEditor,
};
