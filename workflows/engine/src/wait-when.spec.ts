import { addNode, connect, emptyGraph, waitTimeOf } from '@wend/contract';
import type { CompilableNode, Fact, Graph, Json, JsonObject, LowerContext, Lowered, Program } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { bindFact, compile, simulate } from './index.js';
import type { Simulation } from './index.js';

/*
 * Waits whose time is a fact: by the calendar, until a window, until a date. The nodes here lower as those of
 * `@wend/nodes` do.
 */

type Lower = (context: LowerContext) => Lowered[];
const node = (type: string, ports: string[], lower: Lower, entry = false): CompilableNode => ({
  manifest: {
    type,
    version: 1,
    title: type,
    description: type,
    category: entry ? 'entry' : 'timing',
    icon: 'timer',
    config: {},
    defaults: {},
    ports: { fixed: ports.map((id) => ({ id, label: id })) },
    summary: '',
    ...(entry ? { entry: 'event' as const } : {}),
    blocks: !entry,
    custom: false,
  },
  parse: (config) => ({ ok: true, config }),
  lower: (_config, context) => lower(context),
  ...(entry ? { entry: () => ({ kind: 'event' as const, event: 'Booked' }) } : {}),
});

const office: Fact = {
  kind: 'when',
  time: { kind: 'window', windows: [{ days: [1, 2, 3, 4, 5], from: '09:00', to: '18:00' }] },
};
const date = (of: Extract<Extract<Fact, { kind: 'when' }>['time'], { kind: 'date' }>['of']): Fact => ({
  kind: 'when',
  time: { kind: 'date', of, shift: { amount: -1, unit: 'hours' }, repeats: 'once', leapDay: 'february28' },
});
const definitions = new Map<string, CompilableNode>([
  ['test/entry@1', node('test/entry', ['next'], ({ to }) => [{ op: 'goto', target: to('next') }], true)],
  [
    'test/window@1',
    node('test/window', ['next'], ({ to, fact }) => [
      { op: 'wait', until: { fact: fact(office) }, target: to('next') },
    ]),
  ],
  [
    'test/date@1',
    node('test/date', ['next', 'past', 'unreadable'], ({ to, fact }) => [
      {
        op: 'wait',
        until: { fact: fact(date({ source: 'entry', path: 'starts_at' })) },
        target: to('next'),
        otherwise: [to('past'), to('unreadable')],
      },
    ]),
  ],
  [
    'test/mail@1',
    node('test/mail', ['queued', 'none'], ({ to }) => [
      { op: 'send', channel: 'email', queued: to('queued'), notReachable: to('none') },
    ]),
  ],
]);

function programOf(types: string[]): Program {
  let graph: Graph = emptyGraph();
  for (const [index, type] of types.entries())
    graph = addNode(graph, {
      node: { id: `n${index}`, type: `test/${type}`, version: 1, name: type, config: {}, position: { x: 0, y: 0 } },
    });
  for (const [index, type] of types.slice(0, -1).entries())
    graph = connect(graph, { from: `n${index}`, port: type === 'mail' ? 'queued' : 'next', to: `n${index + 1}` });
  const compiled = compile({ graph, definitions });
  if (!compiled.ok) throw new Error(JSON.stringify(compiled.issues));
  return compiled.program;
}

const answer = (fact: Fact, at: number): Json | undefined => {
  if (fact.kind !== 'when') return true;
  const { time } = fact;
  const value = time.kind === 'date' && time.of.source === 'value' ? time.of.value : undefined;
  return waitTimeOf({ time, value, now: at, zone: 'Asia/Tokyo' });
};
function run(program: Program, at: string, entry: JsonObject = {}, more: Partial<Simulation> = {}) {
  const asked: Fact[][] = [];
  const result = simulate({
    program,
    at: Date.parse(at),
    seed: 'seed',
    entry: { name: 'Booked', properties: entry },
    answer: (fact, time) => {
      (asked[0] ??= []).push(fact);
      return answer(fact, time);
    },
    ...more,
  });
  const left = result.commands.flatMap((command) =>
    command.type === 'leave' ? [`${command.node}:${command.port}@${new Date(command.at).toISOString()}`] : [],
  );
  return { ...result, left };
}

describe('a wait for a window', () => {
  const program = programOf(['entry', 'window', 'mail']);

  it('holds people until it opens', () => {
    const { left, steps } = run(program, '2026-05-02T10:00:00Z');
    expect(left.slice(1)).toEqual(['n1:next@2026-05-04T00:00:00.000Z', 'n2:queued@2026-05-04T00:00:00.000Z']);
    expect(steps).toHaveLength(2);
  });

  it('lets people pass within it, in the same step and with one question', () => {
    const { left, steps, commands } = run(program, '2026-05-04T01:00:00Z');
    expect(left.slice(1)).toEqual(['n1:next@2026-05-04T01:00:00.000Z', 'n2:queued@2026-05-04T01:00:00.000Z']);
    expect(steps).toHaveLength(1);
    expect(steps[0]?.inputs.map((input) => input.type)).toEqual(['enrolled', 'view']);
    expect(commands.filter((command) => command.type === 'openWait')).toEqual([]);
    expect(commands.find((command) => command.type === 'leave' && command.node === 'n1')).toMatchObject({
      trace: { kind: 'atOnce', port: 'next', because: { of: 'window', window: '09:00–18:00' } },
    });
  });
});

describe('a wait for a date of the entry', () => {
  const program = programOf(['entry', 'date', 'mail']);

  it('keeps the date in the state, and asks with it', () => {
    expect(program.entryPaths).toEqual(['starts_at']);
    const { left, commands } = run(program, '2026-05-01T10:00:00Z', { starts_at: '2026-05-02T10:00:00Z', other: 1 });
    expect(left.slice(1)).toEqual(['n1:next@2026-05-02T09:00:00.000Z', 'n2:queued@2026-05-02T09:00:00.000Z']);
    expect(commands.find((command) => command.type === 'leave' && command.node === 'n1')).toMatchObject({
      trace: { kind: 'timer', because: { of: 'date', value: '2026-05-02T10:00:00Z', zone: 'Asia/Tokyo' } },
    });
  });

  it.each([
    ['past', '2026-05-01T10:30:00Z'],
    ['unreadable', 'on Friday'],
    ['unreadable', undefined],
  ])('leaves at once by “%s” for %s', (port, value) => {
    const { left, state, commands } = run(
      program,
      '2026-05-01T10:00:00Z',
      value === undefined ? {} : { starts_at: value },
    );
    expect(left.slice(1)).toEqual([`n1:${port}@2026-05-01T10:00:00.000Z`]);
    expect(state.ended).toMatchObject({ outcome: 'completed' });
    expect(commands.some((command) => command.type === 'openWait')).toBe(false);
  });

  it('fails visibly by a way that it does not have', () => {
    const { state } = run(program, '2026-05-01T10:00:00Z', {}, { answer: () => ({ port: 'sideways' }) });
    expect(state.ended).toEqual({ outcome: 'failed', reason: 'This wait has no path “sideways”.' });
  });
});

describe('a wait for events that ends at a date', () => {
  const program: Program = {
    ...programOf(['entry', 'window']),
    instructions: [
      {
        node: 'wait',
        enter: true,
        op: 'waitFor',
        arms: [{ event: 'Paid', lookBack: true, target: { port: 'paid', pc: -1 } }],
        timeout: { seconds: 86_400, fact: 0, target: { port: 'timeout', pc: -1 } },
      },
    ],
  };
  const begin = '2026-05-01T10:00:00Z';
  const minute = 60_000;

  it.each<[string, Json, number]>([
    ['when it comes', { at: Date.parse(begin) + 5 * minute }, 5],
    ['not after the longest time', { at: Date.parse(begin) + 10_000 * minute }, 1_440],
    ['at once when it is past', { port: 'past', due: 0 }, 0],
    ['at once when its time has just passed', { at: Date.parse(begin) - minute }, 0],
    ['after the longest time when there is none', { port: 'unreadable', why: 'missing' }, 1_440],
    ['after the longest time when nothing is answered', null, 1_440],
  ])('ends %s', (_, told, minutes) => {
    const at = new Date(Date.parse(begin) + minutes * minute).toISOString();
    expect(run(program, begin, {}, { answer: () => told }).left).toEqual([`wait:timeout@${at}`]);
  });

  it('still sees what happened before, and says what it went by', () => {
    const paid = { at: Date.parse(begin), name: 'Paid' };
    const past = { port: 'past', due: 0 };
    expect(run(program, begin, {}, { answer: () => past, events: [paid] }).left).toEqual([
      `wait:paid@${new Date(begin).toISOString()}`,
    ]);
    const { commands } = run(program, begin, {}, { answer: () => past });
    expect(commands.find((command) => command.type === 'leave')).toMatchObject({
      trace: { kind: 'timer', because: past },
    });
  });
});

it('puts in what the run holds itself, and leaves traits to be asked', () => {
  const scene = { entry: { booking: { at: '2026-05-02' } }, run: { fetch: { at: null } } };
  const of = (fact: Fact) => (fact.kind === 'when' && fact.time.kind === 'date' ? fact.time.of : null);
  expect(of(bindFact(date({ source: 'entry', path: 'booking.at' }), scene))).toEqual({
    source: 'value',
    value: '2026-05-02',
  });
  expect(of(bindFact(date({ source: 'run', path: 'fetch.at' }), scene))).toEqual({ source: 'value', value: null });
  expect(of(bindFact(date({ source: 'run', path: 'gone.at' }), scene))).toEqual({ source: 'value', value: null });
  expect(of(bindFact(date({ source: 'trait', path: 'renewal' }), scene))).toEqual({ source: 'trait', path: 'renewal' });
});
