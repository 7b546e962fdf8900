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
  batch: null,
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

describe('a step that reaches several people', () => {
  const reach = { ...trace, act: 'recipients', settings: { name: 'Notify', data: {} } };
  const counts = { found: 9, unknown: 3, self: 1, before: 2, beyond: 4 };
  const batch = {
    id: '1',
    node: 'door',
    name: 'Journey “Comments”',
    segmentId: null,
    state: 'running' as const,
    total: 120,
    entered: 30,
    held: 4,
    refused: { already: 1, reentry: 5 },
    recipients: counts,
    requestedBy: null,
    error: null,
    createdAt: '2026-01-01T00:00:00.000Z',
    finishedAt: null,
  };
  const rows = (parts: Partial<RunActionDetail>) =>
    actRows(texts, reach, [action({ kind: 'recipients', ...parts })]).map(({ strong, text, seen }) =>
      [strong, text, seen].filter(Boolean).join(' | '),
    );

  it('says how far they are, and who is left out and why', () => {
    expect(rows({ result: { batch: '1' }, batch })).toEqual([
      'Notify | was started for each recipient | under way: 34 of 120 entered',
      '3 of the listed ids not found',
      'they themselves left out',
      '3 had it already',
      '4 beyond the limit of the step',
      '5 kept out by the journey',
    ]);
    expect(rows({ result: { batch: '1' }, batch: { ...batch, state: 'done' } })[0]).toContain('| 34 of 120 entered');
    expect(rows({ result: { batch: '1' }, batch: { ...batch, state: 'gathering', recipients: null } })).toEqual([
      'Notify | was started for each recipient | looking for the recipients',
    ]);
  });

  it('says whom a test run would have reached, and that a control group reaches nobody', () => {
    expect(rows({ state: 'recorded', result: { would: { count: 2, ...counts } } }).slice(0, 2)).toEqual([
      'Notify | was started for each recipient | not done: this is a test run. It would reach 2 people',
      '3 of the listed ids not found',
    ]);
    expect(rows({ state: 'recorded' })).toEqual([
      'Notify | was started for each recipient | not done: this is a test run',
    ]);
    expect(rows({ result: { outcome: 'control' } })).toEqual([
      'Notify | was started for each recipient | nobody: they’re in the control group',
    ]);
  });
});
