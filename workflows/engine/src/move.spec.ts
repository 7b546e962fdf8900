import type { Command, Instruction, MoveInput, Program, RunState, StepInput } from '@wend/contract';
import { expect, it } from 'vitest';
import { fold, initialState, reduceStep } from './reduce.js';

const day = 86_400_000;
const mark = { position: '1', snapshot: '', time: 0, received: 0 };
const entry = { id: 'in', name: 'In', time: 0, properties: { order: 'a' }, mark };
const enrolled: StepInput = { type: 'enrolled', at: 0, seed: 'seed', entry };

function programOf(instructions: Instruction[], more: Partial<Program> = {}): Program {
  return {
    format: 3,
    instructions,
    facts: [],
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
    ...more,
  };
}
const wait = (node: string, days: number, next: number): Instruction => ({
  node,
  enter: true,
  op: 'wait',
  until: { seconds: days * 86_400 },
  target: { port: 'next', pc: next },
});
const waitFor = (node: string, event: string, days: number): Instruction => ({
  node,
  enter: true,
  op: 'waitFor',
  arms: [{ event, target: { port: 'seen', pc: -1 } }],
  timeout: { seconds: days * 86_400, target: { port: 'late', pc: -1 } },
});
const mail = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'send',
  channel: 'email',
  queued: { port: 'queued', pc: next },
});
const moved = (more: Partial<MoveInput> = {}): MoveInput => ({
  type: 'moved',
  at: day,
  move: 'm',
  from: { node: 'wait', visit: 1, version: 1 },
  program: 'new',
  version: 2,
  to: 'wait',
  follow: true,
  entry: {},
  ...more,
});

/** Runs the old program to its wait, then moves the run. */
function move(from: Program, to: Program, input: MoveInput) {
  const before = fold({ program: from, state: initialState(from) }, [enrolled], () => undefined);
  const after = reduceStep(before, input, (hash) => (hash === 'new' ? to : undefined));
  return { before, after, took: after.program === to };
}
const opened = (commands: Command[]) =>
  commands.flatMap((each) => (each.type === 'openWait' ? [[each.wait, each.until]] : []));

it('waits as the new version says, counted from when the person got there', () => {
  const { after } = move(programOf([wait('wait', 3, -1)]), programOf([mail('first', 1), wait('wait', 2, -1)]), moved());
  expect(after.commands).toEqual([
    {
      type: 'moved',
      move: 'm',
      node: 'wait',
      visit: 1,
      stand: { arrived: 0, mark, since: 0, taken: ['in'] },
    },
    { type: 'closeWait', wait: 'wait#1' },
    { type: 'openWait', wait: 'wait#1.1', node: 'wait', until: 2 * day, arms: [] },
  ]);
  expect(after.state).toMatchObject({ pc: 1, node: 'wait', visits: { wait: 1 }, now: day });
  const again = reduceStep(after, moved({ at: 1.5 * day, move: 'n' }), () => programOf([wait('wait', 5, -1)]));
  expect(opened(again.commands)).toEqual([['wait#1.2', 5 * day]]);
  const late = reduceStep(again, { type: 'timer', at: 5 * day, wait: 'wait#1.2' }, () => undefined);
  expect(late.state).not.toHaveProperty('arrived');
  expect(late.state).not.toHaveProperty('followed');
});

it('lets those go at once whose time is over by the new version, and counts on from now', () => {
  const { after } = move(
    programOf([wait('wait', 3, -1)]),
    programOf([wait('wait', 0.5, 1), wait('then', 1, -1)]),
    moved(),
  );
  const next = reduceStep(after, { type: 'timer', at: day, wait: 'wait#1.1' }, () => undefined);
  expect(opened(next.commands)).toEqual([['then#1', 2 * day]]);
});

it('hears of what the new version waits for, since the person got there', () => {
  const { after } = move(programOf([waitFor('wait', 'Old', 3)]), programOf([waitFor('wait', 'New', 3)]), moved());
  const event = { id: 'e', name: 'New', time: day / 2, properties: {}, mark: { ...mark, position: '2' } };
  expect(after.commands.at(-1)).toMatchObject({ type: 'openWait', arms: [{ event: 'New' }] });
  expect(after.state.mark).toEqual(mark);
  const left = reduceStep(after, { type: 'event', at: day, wait: 'wait#1.1', arm: 0, event }, () => undefined);
  expect(left.state.ended).toMatchObject({ outcome: 'completed' });
  const old = reduceStep(after, { type: 'event', at: day, wait: 'wait#1', arm: 0, event }, () => undefined);
  expect(old.commands).toEqual([]);
});

it('asks what a wait counts by as of when the person got there, and all else as of now', () => {
  const to = programOf(
    [
      { node: 'wait', enter: true, op: 'wait', until: { fact: 0 }, target: { port: 'next', pc: 1 } },
      {
        node: 'branch',
        enter: true,
        op: 'branch',
        arms: [],
        otherwise: { port: 'else', pc: -1 },
      },
    ],
    { facts: [{ kind: 'when', time: { kind: 'after', amount: 1, unit: 'days', leapDay: 'march1' } }] },
  );
  const { after } = move(programOf([wait('wait', 3, -1)]), to, moved());
  expect(after.state).toMatchObject({ needs: [0], arrived: 0, now: day });
  const seen = reduceStep(after, { type: 'view', at: day, facts: { 0: { at: 2 * day } } }, () => undefined);
  expect(opened(seen.commands)).toEqual([['wait#1.1', 2 * day]]);
});

it('goes on at another step, and no path of the old one was taken', () => {
  const to = programOf([wait('wait', 3, 1), mail('mail', 2), wait('after', 1, -1)]);
  const { after } = move(programOf([wait('wait', 3, -1)]), to, moved({ to: 'mail', follow: undefined as never }));
  expect(after.commands.map(({ type }) => type)).toEqual([
    'moved',
    'closeWait',
    'leave',
    'enter',
    'send',
    'leave',
    'enter',
    'openWait',
  ]);
  expect(after.commands).toContainEqual({
    type: 'leave',
    node: 'wait',
    visit: 1,
    at: day,
    port: null,
    trace: { kind: 'moved', move: 'm', version: 2, to: 'mail' },
  });
  expect(opened(after.commands)).toEqual([['after#1', 2 * day]]);
});

it('opens exit criteria that are new or other, closes those that are gone, and lets the rest be', () => {
  const bought = { id: 'a', event: 'Bought' };
  const left = { id: 'b', event: 'Left' };
  const from = programOf([wait('wait', 3, -1)], { exits: [bought, left, { id: 'c', event: 'Gone' }] });
  const to = programOf([wait('wait', 3, -1)], {
    exits: [
      { event: 'Bought', id: 'a' },
      { ...left, event: 'Left for good' },
      { id: 'd', event: 'New' },
    ],
    entryPaths: ['order'],
  });
  const { after } = move(from, to, moved({ entry: { order: 'a' } }));
  const exits = after.commands.flatMap((each) => ('criterion' in each ? [[each.type, each.criterion]] : []));
  expect(exits).toEqual([
    ['closeExit', 'c'],
    ['openExit', 'b'],
    ['openExit', 'd'],
  ]);
  expect(after.state.entry).toEqual({ order: 'a' });
});

it('undoes only what the new version still says how to', () => {
  const to = programOf([wait('wait', 3, -1), { node: 'undo', enter: true, op: 'end', reason: '' }], {
    undo: { kept: 1 },
  });
  const state: RunState = { ...initialState(to), undo: ['gone', 'kept'], node: 'wait', visits: { wait: 1 } };
  const waiting = { ...state, entryMark: mark, wait: { kind: 'time' as const, id: 'wait#1', until: day } };
  const after = reduceStep({ program: programOf([wait('wait', 3, -1)]), state: waiting }, moved(), () => to);
  expect(after.state.undo).toEqual(['kept']);
});

it('takes back who has not gone on since to exactly where it stood', () => {
  const old = programOf([wait('wait', 3, -1)]);
  const to = programOf([wait('other', 9, -1)]);
  const { before, after } = move(old, to, moved({ to: 'other', follow: undefined as never }));
  const [first] = after.commands;
  const stand = first?.type === 'moved' ? first.stand : undefined;
  const back = reduceStep(
    after,
    {
      ...moved({ at: 2 * day, from: { node: 'other', visit: 1, version: 2 }, stand: stand! }),
      follow: undefined as never,
    },
    () => old,
  );
  expect(opened(back.commands)).toEqual([['wait#2', 3 * day]]);
  const { mark: place, since, taken } = before.state;
  expect(back.state).toMatchObject({ node: 'wait', mark: place, since, taken, visits: { wait: 2, other: 1 } });
});

it.each<[string, Program, Program, Partial<MoveInput>]>([
  [
    'is elsewhere',
    programOf([wait('wait', 3, -1)]),
    programOf([wait('wait', 1, -1)]),
    { from: { node: 'a', visit: 1, version: 1 } },
  ],
  [
    'came again',
    programOf([wait('wait', 3, -1)]),
    programOf([wait('wait', 1, -1)]),
    { from: { node: 'wait', visit: 2, version: 1 } },
  ],
  [
    'would go to a step that is not there',
    programOf([wait('wait', 3, -1)]),
    programOf([wait('b', 1, -1)]),
    { to: 'c', follow: undefined as never },
  ],
  ['would follow a step that waits no more', programOf([wait('wait', 3, -1)]), programOf([mail('wait', -1)]), {}],
  [
    'is in a step of code',
    programOf([{ node: 'wait', enter: true, op: 'call', activity: 'x', targets: [], attempts: 1, timeoutSeconds: 1 }]),
    programOf([wait('wait', 1, -1)]),
    {},
  ],
  [
    'has been asked something',
    programOf([{ ...waitFor('wait', 'Answer', 3), asks: true } as Instruction]),
    programOf([{ ...waitFor('wait', 'Answer', 1), asks: true } as Instruction]),
    {},
  ],
])('changes nothing for who %s', (_, from, to, more) => {
  const { before, after } = move(from, to, moved(more));
  expect(after.state).toBe(before.state);
  expect(after).toMatchObject({ commands: [], program: from });
});
