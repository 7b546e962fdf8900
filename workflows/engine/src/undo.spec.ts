import type { Command, Input, Instruction, Program, RunEvent, RunState } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { fold, initialState, programFormat, reduce, simulate, stepOf } from './index.js';

/** What a step did is undone when the run leaves early: format 3. */

const start = Date.UTC(2026, 0, 1);
const to = (port: string, pc: number) => ({ port, pc });
const call = (node: string, pc: number, ...more: [string, number][]): Instruction => ({
  node,
  enter: true,
  op: 'call',
  activity: 'node.x.v1',
  targets: [to('done', pc), ...more.map(([port, target]) => to(port, target))],
  attempts: 1,
  timeoutSeconds: 1,
});
const goto = (node: string, pc: number): Instruction => ({ node, enter: true, op: 'goto', target: to('next', pc) });
const waitFor = (pc = -1): Instruction => ({
  node: 'wait',
  enter: true,
  op: 'waitFor',
  arms: [{ event: 'Again', target: to('again', pc) }],
});
const end: Instruction = { node: 'end', enter: true, op: 'end', reason: 'Over' };
const programOf = (instructions: Instruction[], undo: Record<string, number>): Program => ({
  format: programFormat,
  instructions,
  facts: [],
  firstReads: [],
  exits: [{ id: 'out', event: 'Out' }],
  undo,
  names: {},
  entryPaths: [],
  eventPaths: {},
});
const event = (name: string, at: number): RunEvent => ({
  id: `${name} ${at}`,
  name,
  time: at,
  properties: {},
  mark: { position: String(at), snapshot: '', time: at },
});
const enrolled: Input = { type: 'enrolled', at: start, seed: 'seed', entry: event('Entry', start) };
const exit = (seconds: number): Input => ({
  type: 'exit',
  at: start + seconds * 1_000,
  criterion: 'out',
  event: event('Out', start + seconds * 1_000),
});
const done = (wait: string, seconds = 1): Input => ({
  type: 'callDone',
  at: start + seconds * 1_000,
  wait,
  outcome: { kind: 'done', port: 'done' },
});
const cancel: Input = { type: 'cancel', at: start + 9_000, reason: 'Ended by Ann' };

function play(program: Program, inputs: Input[]): { state: RunState; commands: Command[]; story: string[] } {
  const { state, commands } = fold({ program, state: initialState(program) }, inputs);
  const story = commands.flatMap((command) => {
    if (command.type === 'enter') return [command.node];
    if (command.type === 'leaving') return [`leaving: ${command.outcome}`];
    return command.type === 'end' ? [command.outcome] : [];
  });
  return { state, commands, story };
}

describe('a run that leaves early', () => {
  const coupons = programOf([call('coupon', 1), goto('tag', 2), waitFor(), call('revoke', 4), end, goto('untag', -1)], {
    coupon: 3,
    tag: 5,
  });

  it('undoes what it did, newest first, and then ends as it left', () => {
    const { story, state } = play(coupons, [enrolled, done('coupon#1'), exit(5), done('revoke#1', 6)]);
    expect(story).toEqual(['coupon', 'tag', 'wait', 'leaving: exited', 'untag', 'revoke', 'end', 'exited']);
    expect(state.ended).toEqual({ outcome: 'exited', reason: 'out' });
  });

  it('ends once and takes nothing any more meanwhile', () => {
    const before = play(coupons, [enrolled, done('coupon#1'), exit(5)]).state;
    for (const input of [
      exit(6),
      cancel,
      { type: 'event', at: start, wait: 'wait#1', arm: 0, event: event('Again', start) } as Input,
    ])
      expect(reduce(coupons, before, input).commands).toEqual([]);
    expect(stepOf(before, { inputs: [], program: coupons, state: before, commands: [] }).unheld).toBe(true);
  });

  it('undoes the same when a member ends it, and that is not held', () => {
    const { story, state } = play(coupons, [enrolled, done('coupon#1'), cancel, done('revoke#1', 10)]);
    expect(story.slice(3)).toEqual(['leaving: cancelled', 'untag', 'revoke', 'end', 'cancelled']);
    expect(state.ended).toEqual({ outcome: 'cancelled', reason: 'Ended by Ann' });
    const step = stepOf(initialState(coupons), { inputs: [cancel], program: coupons, state, commands: [] });
    expect(step.unheld).toBe(true);
  });

  it('has nothing to undo of a step that it is still in, or that went wrong', () => {
    expect(play(coupons, [enrolled, exit(5)]).story).toEqual(['coupon', 'exited']);
    const withError = programOf([call('coupon', 1, ['error', 1]), waitFor(), goto('revoke', -1)], { coupon: 2 });
    const failed: Input = { type: 'callFailed', at: start, wait: 'coupon#1', code: 'x', message: 'x' };
    expect(play(withError, [enrolled, failed, exit(5)]).story).toEqual(['coupon', 'wait', 'exited']);
  });

  it('has nothing to undo of a call that failed by the port of the node’s own, and keeps why', () => {
    const ownPort = { ...call('coupon', 1, ['failed', 1]), failure: 'failed' } as Instruction;
    const failed: Input = { type: 'callFailed', at: start, wait: 'coupon#1', code: 'invalid-config', message: 'No.' };
    const program = programOf([ownPort, waitFor(), goto('revoke', -1)], { coupon: 2 });
    const { state, commands, story } = play(program, [enrolled, failed, exit(5)]);
    expect(story).toEqual(['coupon', 'wait', 'exited']);
    expect(state.run).toEqual({ coupon: { problem: 'No.' } });
    expect(commands.find(({ type }) => type === 'leave')).toMatchObject({
      port: 'failed',
      trace: { kind: 'call', port: 'failed', error: { code: 'invalid-config', message: 'No.' } },
    });
  });

  it('undoes a step once, however often it passed it, in the order of the last times', () => {
    const round = programOf([goto('a', 1), goto('b', 2), waitFor(0), goto('undo-a', -1), goto('undo-b', -1)], {
      a: 3,
      b: 4,
    });
    const again: Input = {
      type: 'event',
      at: start + 1_000,
      wait: 'wait#1',
      arm: 0,
      event: event('Again', start + 1_000),
    };
    expect(play(round, [enrolled, again, exit(5)]).story).toEqual([
      'a',
      'b',
      'wait',
      'a',
      'b',
      'wait',
      'leaving: exited',
      'undo-b',
      'undo-a',
      'exited',
    ]);
  });

  it('goes on with the next when one cannot be undone, and says why', () => {
    const program = programOf([goto('a', 1), goto('b', 2), waitFor(), goto('undo-a', -1), call('undo-b', -1)], {
      a: 3,
      b: 4,
    });
    const failed: Input = {
      type: 'callFailed',
      at: start + 6_000,
      wait: 'undo-b#1',
      code: 'gone',
      message: 'No such coupon',
    };
    const waits: Input = { ...done('undo-b#1', 6), outcome: { kind: 'sleep', until: start + 99_000 } } as Input;
    for (const [input, error] of [
      [failed, { code: 'gone', message: 'No such coupon' }],
      [waits, { code: 'not-undone', message: 'What undoes a step can’t wait.' }],
    ] as const) {
      const { story, commands } = play(program, [enrolled, exit(5), input]);
      expect(story.slice(3)).toEqual(['leaving: exited', 'undo-b', 'undo-a', 'exited']);
      expect(commands.find((command) => command.type === 'leave' && command.node === 'undo-b')).toMatchObject({
        port: null,
        trace: { kind: 'call', port: 'error', error },
      });
    }
  });

  it('undoes a thousand steps at once', () => {
    const many = Array.from({ length: 1_000 }, (_, index) => goto(`n${index}`, index + 1));
    const undoings = many.map((_, index) => goto(`u${index}`, -1));
    const undo = Object.fromEntries(many.map((_, index) => [`n${index}`, 1_001 + index]));
    const { story, state } = play(programOf([...many, waitFor(), ...undoings], undo), [enrolled, exit(5)]);
    expect(story.filter((step) => step.startsWith('u'))).toHaveLength(1_000);
    expect(state.ended?.outcome).toBe('exited');
  });
});

it('a run that comes to its end undoes nothing', () => {
  const program = programOf([goto('a', 1), end, goto('undo-a', -1)], { a: 2 });
  expect(play(program, [enrolled]).story).toEqual(['a', 'end', 'completed']);
});

it('a run that fails undoes what it did', () => {
  const program = programOf([goto('a', 1), call('b', -1), goto('undo-a', -1)], { a: 2 });
  const failed: Input = { type: 'callFailed', at: start, wait: 'b#1', code: 'x', message: 'broken' };
  expect(play(program, [enrolled, failed]).story).toEqual(['a', 'b', 'leaving: failed', 'undo-a', 'failed']);
});

it('is simulated', () => {
  const program = programOf([goto('a', 1), waitFor(), call('undo-a', -1)], { a: 2 });
  const { state, commands } = simulate({
    program,
    at: start,
    seed: 'seed',
    entry: { name: 'Entry', properties: {} },
    events: [
      { at: start + 5_000, name: 'Out' },
      { at: start + 5_000, name: 'Again' },
    ],
  });
  expect(commands.flatMap((command) => (command.type === 'enter' ? [command.node] : []))).toEqual([
    'a',
    'wait',
    'undo-a',
  ]);
  expect(state.ended).toMatchObject({ outcome: 'exited' });
});
