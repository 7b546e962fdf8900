import type { Fact, Instruction, Json, Program, TraitChange } from '@wend/contract';
import { applyTraitChanges } from '@wend/contract';
import { expect, it } from 'vitest';
import { programFormat, simulate, valueAt } from './index.js';

const values: Fact = { kind: 'values', node: 'a', template: { changes: [] } };
const trait = (path: string): Fact => ({ kind: 'trait', path });

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
const change = (node: string, pc: number, changes: TraitChange[]): Instruction => ({
  node,
  enter: true,
  op: 'change',
  settings: { fixed: { changes } },
  target: { port: 'next', pc },
});
const branch = (path: string, value: Json): Instruction => ({
  node: 'branch',
  enter: true,
  op: 'branch',
  arms: [
    {
      rule: { op: 'compare', left: { source: 'trait', path }, is: 'equals', value: value as string },
      target: { port: 'yes', pc: -1 },
    },
  ],
  otherwise: { port: 'no', pc: -1 },
});
/** The person has these traits; what was asked, and by which port the branch was left. */
function play(program: Program, traits: Record<string, Json>) {
  const asked: string[] = [];
  const { commands } = simulate({
    program,
    at: 0,
    seed: 's',
    entry: { name: 'Entry', properties: {} },
    answer: (fact, _at, _set, _acts, changes = []) => {
      asked.push(fact.kind === 'trait' ? fact.path : fact.kind);
      return fact.kind === 'trait' ? (valueAt(applyTraitChanges(traits, changes), fact.path) ?? null) : null;
    },
  });
  const left = commands.find((command) => command.type === 'leave' && command.node === 'branch');
  return { asked, port: left?.type === 'leave' ? left.port : null };
}

it('is seen by later steps of the same stretch without asking again', () => {
  const program = programOf(
    [branchFirst(), change('a', 2, [{ name: 'points', do: 'add', value: 5 }]), branch('points', 8)],
    [trait('points')],
  );
  expect(play(program, { points: 3 })).toEqual({ asked: ['points'], port: 'yes' });
});

/** Has the trait asked for before it is changed. */
function branchFirst(): Instruction {
  return { ...branch('points', 99), node: 'first', otherwise: { port: 'no', pc: 1 } } as Instruction;
}

it('has what lies inside of a trait asked anew, as it is after the change', () => {
  const program = programOf(
    [
      { ...branch('address.city', 'x'), node: 'first', otherwise: { port: 'no', pc: 1 } } as Instruction,
      change('a', 2, [{ name: 'address', do: 'set', value: { city: 'Rome' } }]),
      branch('address.city', 'Rome'),
    ],
    [trait('address.city')],
  );
  expect(play(program, { address: { city: 'Oslo' } })).toEqual({
    asked: ['address.city', 'address.city'],
    port: 'yes',
  });
});

it('is left by its own path, and nothing is changed, where the settings cannot be filled in', () => {
  const program = programOf(
    [
      {
        node: 'a',
        enter: true,
        op: 'change',
        settings: { fact: 0 },
        target: { port: 'next', pc: -1 },
        failed: { port: 'failed', pc: -1 },
      },
    ],
    [values],
  );
  const told = (answer: Json) =>
    simulate({ program, at: 0, seed: 's', entry: { name: 'E', properties: {} }, answer: () => answer }).commands.slice(
      1,
      -1,
    );
  const problem = { path: 'changes[0].value', message: 'is empty, not a number.' };
  expect(told({ ok: false, ...problem })).toEqual([
    { type: 'leave', node: 'a', visit: 1, at: 0, port: 'failed', trace: { kind: 'change', port: 'failed', problem } },
  ]);
  const changes = [{ name: 'n', do: 'set', value: [1, { a: true }] }];
  expect(told({ ok: true, values: { changes } })).toMatchObject([
    { type: 'change', node: 'a', visit: 1, changes, at: 0 },
    { type: 'leave', port: 'next', trace: { kind: 'change', changes } },
  ]);
});

it('puts the results of earlier steps into what is asked', () => {
  const program = programOf(
    [
      {
        node: 'call',
        enter: true,
        op: 'call',
        activity: 'x',
        targets: [{ port: 'done', pc: 1 }],
        attempts: 1,
        timeoutSeconds: 1,
      },
      { node: 'a', enter: true, op: 'change', settings: { fact: 0 }, target: { port: 'next', pc: -1 } },
    ],
    [values],
  );
  const asked: Fact[] = [];
  simulate({
    program,
    at: 0,
    seed: 's',
    entry: { name: 'E', properties: {} },
    call: () => ({ kind: 'done', port: 'done', output: { tier: 2 } }),
    answer: (fact) => (asked.push(fact), null),
  });
  expect(asked).toEqual([{ ...values, run: { call: { tier: 2 } } }]);
});
