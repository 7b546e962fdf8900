import type { Fact, Instruction, Json, Program } from '@wend/contract';
import { expect, it } from 'vitest';
import { initialState, neededFacts, programFormat, reduce, simulate } from './index.js';

const pass: Fact = { kind: 'claim', node: 't', claim: { kind: 'pass', most: 1, withinSeconds: 60 } };
const join: Fact = { kind: 'claim', node: 'd', claim: { kind: 'join' } };
const list: Fact = { kind: 'claim', node: 'd', claim: { kind: 'list' } };
const until: Fact = { kind: 'when', time: { kind: 'after', amount: 1, unit: 'days', leapDay: 'march1' } };
const trait: Fact = { kind: 'trait', path: 'plan' };
const facts = [pass, join, list, until, trait];

function programOf(instructions: Instruction[]): Program {
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
const throttle = (next: number): Instruction => ({
  node: 't',
  enter: true,
  op: 'claim',
  fact: 0,
  targets: [
    { port: 'next', pc: next },
    { port: 'throttled', pc: -1 },
  ],
});
const digest = (parts: Partial<Extract<Instruction, { op: 'digest' }>> = {}): Instruction => ({
  node: 'd',
  enter: true,
  op: 'digest',
  join: 1,
  list: 2,
  until: { seconds: 60 },
  target: { port: 'next', pc: 1 },
  ...parts,
});
const end: Instruction = { node: 'e', enter: true, op: 'end', reason: 'done' };
const events = [{ id: 'a' }, { id: 'b' }];
const answer =
  (port: string) =>
  (fact: Fact): Json => {
    if (fact.kind === 'when') return { at: 5_000 };
    if (fact.kind !== 'claim') return null;
    return fact.claim.kind === 'list' ? { events, count: 2 } : { port, count: 1 };
  };
const play = (
  instructions: Instruction[],
  port: string,
  happens: { at: number; name: string; messageOf?: string }[] = [],
) =>
  simulate({
    program: programOf(instructions),
    at: 0,
    seed: 's',
    entry: { name: 'Entry', properties: {} },
    answer: answer(port),
    events: happens,
  });
const lefts = ({ commands }: ReturnType<typeof play>) =>
  commands.flatMap((command) => (command.type === 'leave' ? [`${command.node}:${command.port}@${command.at}`] : []));

it('goes by the path that the claim answers, at once, and says by what', () => {
  const throttled = play([throttle(1), end], 'throttled');
  expect(lefts(throttled)).toEqual(['t:throttled@0']);
  expect(throttled.commands).toContainEqual(
    expect.objectContaining({
      type: 'leave',
      trace: { kind: 'claim', port: 'throttled', seen: { port: 'throttled', count: 1 } },
    }),
  );
  expect(lefts(play([throttle(1), end], 'next'))).toEqual(['t:next@0', 'e:null@0']);
});

it('fails visibly when the answer is no path of the step', () => {
  expect(play([throttle(1), end], 'other').state.ended).toMatchObject({ outcome: 'failed' });
});

it('asks for a claim alone, only where it stands, and anew in each visit', () => {
  const isPro: Instruction = {
    node: 'b',
    enter: true,
    op: 'branch',
    arms: [
      {
        rule: { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' },
        target: { port: 'yes', pc: 1 },
      },
    ],
    otherwise: { port: 'else', pc: -1 },
  };
  const program = programOf([isPro, throttle(2), { ...throttle(3), node: 't' }, end]);
  const asked: string[] = [];
  let { state } = reduce(program, initialState(program), {
    type: 'enrolled',
    at: 0,
    seed: 's',
    entry: { id: 'x', name: 'Entry', time: 0, properties: {}, mark: { position: '1', snapshot: '', time: 0 } },
  });
  for (let turn = 0; state.needs && turn < 9; turn += 1) {
    const needed = neededFacts(program, state);
    asked.push(needed.map(({ fact }) => (fact.kind === 'claim' ? `claim ${fact.visit}` : fact.kind)).join());
    const view = needed.map(({ index, fact }) => [index, fact.kind === 'claim' ? { port: 'next' } : 'pro']);
    ({ state } = reduce(program, state, {
      type: 'view',
      at: 0,
      facts: Object.fromEntries(view) as Record<number, Json>,
    }));
  }
  expect(asked).toEqual(['trait', 'claim 1', 'claim 2']);
  expect(state.ended).toMatchObject({ outcome: 'completed' });
});

it('ends where the event joined a digest', () => {
  const joined = play([digest(), end], 'joined');
  expect(lefts(joined)).toEqual(['d:joined@0']);
  expect(joined.state.ended).toEqual({ outcome: 'completed', reason: 'Joined a digest' });
  expect(joined.commands.some(({ type }) => type === 'openWait')).toBe(false);
});

it('waits where it opened one, and goes on with the list, in one wake-up', () => {
  const opened = play([digest(), end], 'opened');
  expect(lefts(opened)).toEqual(['d:next@60000', 'e:null@60000']);
  expect(opened.state.run).toEqual({ d: { events, count: 2 } });
  expect(opened.commands).toContainEqual({ type: 'output', node: 'd', output: { events, count: 2 } });
});

it('waits until an instant that is asked for', () => {
  expect(lefts(play([digest({ until: { fact: 3 } }), end], 'opened'))).toEqual(['d:next@5000', 'e:null@5000']);
});

it('goes on when it is full, and only by its own event', () => {
  const full = digest({ full: true });
  const happens = [
    { at: 1_000, name: 'Digest Full', messageOf: 'other' },
    { at: 2_000, name: 'Digest Full', messageOf: 'd' },
  ];
  expect(lefts(play([full, end], 'opened', happens))).toEqual(['d:next@2000', 'e:null@2000']);
  expect(lefts(play([digest(), end], 'opened', happens))).toEqual(['d:next@60000', 'e:null@60000']);
});
