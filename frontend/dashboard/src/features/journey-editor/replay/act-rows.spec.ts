import type { RunActionDetail } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { actRows } from './act-rows';

const texts = {
  replay: textsOf('editor-replay'),
  ports: textsOf('editor-runs.ports'),
  badge: textsOf('common.statusBadge'),
  reasons: textsOf('messages.reasons'),
  time: textsOf('common.time'),
};
const trace = {
  kind: 'act' as const,
  act: 'emit-event',
  port: 'next',
  settings: { event: 'Trial extended', properties: { days: 14, plan: '프로' } },
};
const action = (parts: Partial<RunActionDetail>): RunActionDetail => ({
  node: 'act',
  visit: 1,
  kind: 'emit-event',
  state: 'done',
  attempts: 1,
  result: null,
  error: null,
  settledAt: null,
  ...parts,
});

describe('what a step did', () => {
  it('is told with its values and what became of it', () => {
    expect(actRows(texts, trace, [action({})])).toEqual([
      { result: 'yes', strong: 'Trial extended', text: 'was sent', seen: 'done' },
      { result: 'info', text: 'days', seen: '14' },
      { result: 'info', text: 'plan', seen: '프로' },
    ]);
  });

  it('says why it is not done: a test run, another try to come, or given up', () => {
    const first = (parts: Partial<RunActionDetail>) => actRows(texts, trace, [action(parts)])[0];
    expect(first({ state: 'recorded' })).toMatchObject({ result: 'yes', seen: 'not done: this is a test run' });
    expect(first({ state: 'waiting', error: 'Trying again.' })).toMatchObject({ result: 'yes', seen: 'Trying again.' });
    expect(first({ state: 'failed', error: 'No such segment.' })).toMatchObject({
      result: 'no',
      seen: 'No such segment.',
    });
  });

  it('says of an old run only what was decided', () => {
    expect(actRows(texts, trace, [])[0]).toEqual({ result: 'yes', strong: 'Trial extended', text: 'was sent' });
  });

  it('says why nothing was asked for', () => {
    const problem = { path: 'event', message: 'The event has no name.' };
    expect(actRows(texts, { kind: 'act', act: 'emit-event', port: 'failed', problem }, [])).toEqual([
      { result: 'no', text: 'was sent', seen: 'The event has no name.' },
    ]);
  });
});
