import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { changeRows } from './change-rows';

const texts = {
  replay: textsOf('editor-replay'),
  ports: textsOf('editor-runs.ports'),
  badge: textsOf('common.statusBadge'),
  reasons: textsOf('messages.reasons'),
  time: textsOf('common.time'),
};

it('says what was changed, with the values that were filled in', () => {
  expect(
    changeRows(texts, {
      kind: 'change',
      port: 'next',
      changes: [
        { name: 'plan', do: 'set', value: '프로' },
        { name: 'points', do: 'add', value: 12.5 },
        { name: 'tags', do: 'append', value: ['a'] },
        { name: 'trial', do: 'unset' },
      ],
    }),
  ).toEqual([
    { result: 'yes', strong: 'plan', text: 'set to', seen: '프로' },
    { result: 'yes', strong: 'points', text: 'counted up by', seen: '12.5' },
    { result: 'yes', strong: 'tags', text: 'added to the list', seen: '["a"]' },
    { result: 'yes', strong: 'trial', text: 'cleared' },
  ]);
});

it('says why nothing was changed', () => {
  const problem = { path: 'changes[0].value', message: 'is empty, not a number.' };
  expect(changeRows(texts, { kind: 'change', port: 'failed', problem })).toEqual([
    { result: 'no', text: 'Nothing was changed: a value could not be filled in', seen: 'is empty, not a number.' },
  ]);
});
