import type { Instruction, Program } from '@wend/contract';
import { expect, it } from 'vitest';
import { simulate } from './simulate.js';

function programOf(instructions: Instruction[]): Program {
  return { format: 3, instructions, facts: [], firstReads: [], exits: [], names: {}, entryPaths: [], eventPaths: {} };
}

const mail = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'send',
  channel: 'email',
  queued: { port: 'queued', pc: next },
});
const back = (node: string, most: number, to: number, next: number): Instruction => ({
  node,
  enter: true,
  op: 'goto',
  target: { port: 'again', pc: to },
  most,
  over: { port: 'over', pc: next },
});

function play(instructions: Instruction[]) {
  const { commands, state, steps } = simulate({
    program: programOf(instructions),
    at: 0,
    seed: 'seed',
    entry: { name: 'In', properties: {} },
  });
  const traces = commands.flatMap((command) => (command.type === 'leave' && command.trace ? [command.trace] : []));
  return { sent: commands.filter(({ type }) => type === 'send').length, traces, ended: state.ended, steps };
}

it('goes round without a wait so often as it says, in one step, and says which time it was', () => {
  const { sent, traces, ended, steps } = play([mail('mail', 1), back('back', 100, 0, -1)]);
  expect(sent).toBe(101);
  expect(ended).toMatchObject({ outcome: 'completed' });
  expect(steps).toHaveLength(1);
  const turns = traces.filter((trace) => trace.kind === 'turn');
  expect(turns.at(0)).toEqual({ kind: 'turn', turn: 1, most: 100, port: 'again' });
  expect(turns.at(-1)).toEqual({ kind: 'turn', turn: 101, most: 100, port: 'over' });
});

it('counts for the whole run: loops within loops end soon', () => {
  const { sent, ended } = play([mail('mail', 1), back('inner', 3, 0, 2), back('outer', 2, 0, -1)]);
  expect(ended).toMatchObject({ outcome: 'completed' });
  expect(sent).toBe(1 + 3 + 2);
});

it('does not save a circle that it is no part of', () => {
  const circle = play([back('back', 1, 1, 1), mail('a', 2), mail('b', 1)]);
  expect(circle.ended).toMatchObject({ outcome: 'failed', reason: expect.stringContaining('circle') });
});

it('goes on when time passes in between', () => {
  const wait: Instruction = {
    node: 'wait',
    enter: true,
    op: 'wait',
    until: { seconds: 60 },
    target: { port: 'next', pc: 2 },
  };
  const { sent, ended, steps } = play([mail('mail', 1), wait, back('back', 2, 0, -1)]);
  expect([sent, steps.length]).toEqual([3, 4]);
  expect(ended).toMatchObject({ outcome: 'completed' });
});
