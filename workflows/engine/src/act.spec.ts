import type { Fact, Instruction, Json, Program } from '@wend/contract';
import { expect, it } from 'vitest';
import { programFormat, simulate } from './index.js';

const filled: Fact = { kind: 'trait', path: 'filled' };
const inSegment: Extract<Fact, { kind: 'operand' }> = { kind: 'operand', operand: { source: 'segment', segment: 's' } };
const trait: Fact = { kind: 'trait', path: 'plan' };

function programOf(instructions: Instruction[], facts: Fact[] = []): Program {
  return {
    format: programFormat,
    instructions,
    facts,
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
  };
}
const act = (parts: Partial<Extract<Instruction, { op: 'act' }>>): Instruction => ({
  node: 'act',
  enter: true,
  op: 'act',
  kind: 'emit-event',
  settings: { fixed: { event: 'X' } },
  target: { port: 'next', pc: -1 },
  ...parts,
});
const play = (program: Program, answer: (fact: Fact) => Json = () => null) =>
  simulate({ program, at: 0, seed: 's', entry: { name: 'Entry', properties: {} }, answer });

it('asks for what is to be done, once per visit, and goes on at once', () => {
  const { commands, state, steps } = play(programOf([act({})]));
  expect(commands).toEqual([
    { type: 'enter', node: 'act', visit: 1, at: 0 },
    { type: 'act', node: 'act', visit: 1, kind: 'emit-event', settings: { event: 'X' }, at: 0 },
    {
      type: 'leave',
      node: 'act',
      visit: 1,
      at: 0,
      port: 'next',
      trace: { kind: 'act', act: 'emit-event', port: 'next', settings: { event: 'X' } },
    },
    { type: 'end', outcome: 'completed', reason: 'Reached the end', at: 0 },
  ]);
  expect(state.ended?.outcome).toBe('completed');
  expect(steps).toHaveLength(1);
});

it('takes its settings from a fact, and asks for nothing where they cannot be filled in', () => {
  const program = programOf([act({ settings: { fact: 0 }, failed: { port: 'failed', pc: -1 } })], [filled]);
  const acts = (answer: Json) =>
    play(program, () => answer).commands.flatMap((command) =>
      command.type === 'act' ? [command.settings] : command.type === 'leave' ? [command.port, command.trace] : [],
    );
  expect(acts({ ok: true, values: { event: 'Y', n: 3 } })[0]).toEqual({ event: 'Y', n: 3 });
  expect(acts({ ok: false, path: 'event', message: 'Empty.' })).toEqual([
    'failed',
    { kind: 'act', act: 'emit-event', port: 'failed', problem: { path: 'event', message: 'Empty.' } },
  ]);
  expect(acts(null)[0]).toBe('failed');
});

it('goes on without it where no path leads away from what cannot be filled in', () => {
  const { commands, state } = play(programOf([act({ settings: { fact: 0 } })], [filled]), () => null);
  expect(commands.map(({ type }) => type)).toEqual(['enter', 'leave', 'end']);
  expect(state.ended?.outcome).toBe('completed');
});

it('asks anew what an action may have changed, and tells what was asked for meanwhile', () => {
  const branch = (fact: Fact & { kind: 'operand' }, pc: number, node: string): Instruction => ({
    node,
    enter: true,
    op: 'branch',
    arms: [{ rule: { op: 'compare', left: fact.operand, is: 'equals', value: true }, target: { port: 'in', pc } }],
    otherwise: { port: 'out', pc },
  });
  const program = programOf(
    [
      branch(inSegment, 1, 'before'),
      act({ kind: 'change-segment', changes: true, target: { port: 'next', pc: 2 } }),
      branch(inSegment, -1, 'after'),
    ],
    [inSegment, trait],
  );
  const told: unknown[] = [];
  const { commands, steps } = simulate({
    program,
    at: 0,
    seed: 's',
    entry: { name: 'Entry', properties: {} },
    answer: (_fact, _at, _traits, acts) => {
      told.push(acts ?? null);
      return acts !== undefined;
    },
  });
  expect(commands.flatMap((command) => (command.type === 'leave' ? [command.port] : []))).toEqual([
    'out',
    'next',
    'in',
  ]);
  expect(told).toEqual([null, [{ kind: 'change-segment', settings: { event: 'X' } }]]);
  expect(steps).toHaveLength(1);
});
