import type { Instruction, Json, MoveInput, Program, Rule, RunEvent } from '@wend/contract';
import type { RunSignal } from '../src/index.js';
import { eventOf } from './memory-carrier.js';
import { act, change, claims, digest, end, entry, programOf, split, throttle, wait, waitFor } from './programs.js';

/** A run that takes a step of a kind. `answers`: of facts by their index. `signals`: each once it stands in `parked`. */
export type Recorded = {
  name: string;
  program: Program;
  answers?: Record<number, Json>;
  signals?: readonly { parked: string; signal: RunSignal }[];
};

const to = (port: string, pc: number) => ({ port, pc });
const filled = (node: string, op: 'act' | 'change', next: number): Instruction =>
  ({
    node,
    enter: true,
    op,
    ...(op === 'act' ? { kind: 'emit-event' } : {}),
    settings: { fact: 0 },
    target: to('next', next),
    failed: to('failed', next + 1),
  }) as Instruction;
/** Into a sub-journey and out of it again, by who is told its input. */
const called = programOf(
  [
    entry(1),
    {
      node: 'card',
      enter: true,
      op: 'inputs',
      settings: { fact: 0 },
      target: to('inside', 2),
      failed: to('notFilled', 5),
    },
    filled('card~tell', 'act', 3),
    { node: 'card~end', enter: true, op: 'result', of: 'card', result: 'gold', target: to('gold', 4) },
    end('exit', 'done'),
    end('wrong', 'wrong'),
  ].map((each) => (each.node === 'card~tell' ? { ...each, settings: { fact: 1 } } : each)) as Instruction[],
  {
    facts: [
      { kind: 'values', node: 'card', template: { order: '{{ entry.order }}' } },
      { kind: 'values', node: 'card~tell', template: { event: "{{ run['card'].order }}" } },
    ],
  },
);
const values: Program['facts'] = [{ kind: 'values', node: 'fill', template: { event: '{{ profile.name }}' } }];
type WaitFor = Extract<Instruction, { op: 'waitFor' }>;
const several: WaitFor = {
  node: 'wait',
  enter: true,
  op: 'waitFor',
  arms: [
    { event: 'Paid', target: to('paid', 2) },
    { event: 'Shipped', target: to('paid', 2) },
  ],
  ways: [
    {
      target: to('both', 2),
      all: [
        { arm: 0, times: 1 },
        { arm: 1, times: 1 },
      ],
    },
  ],
  timeout: { seconds: 3_600, target: to('late', 2) },
};
const paid = eventOf('p', 'Paid', '5');
const shipped = eventOf('s', 'Shipped', '6');

const one = { ...waitFor('wait', 'Paid', { seen: 2, late: 2, seconds: 3_600 }), op: 'waitFor' } as WaitFor;
const inSegment: Program['facts'] = [{ kind: 'trait', path: 'member' }];

/** The first of what is waited for may be so already. */
function already(instruction: WaitFor): WaitFor {
  const rule: Rule = { op: 'compare', left: { source: 'trait', path: 'member' }, is: 'equals', value: true };
  return {
    ...instruction,
    arms: instruction.arms.map((arm, index) => (index === 0 ? { ...arm, already: rule } : arm)),
  };
}

function came(wait: string, event: RunEvent): { parked: string; signal: RunSignal } {
  return { parked: wait, signal: { type: 'event', wait, arm: 0, event } };
}

/** Two versions of a journey: the second waits longer, has another step to wait at, and other ways out. */
const first = programOf([entry(1), one, end('exit', 'done')], { exits: [{ id: 'out', event: 'Out' }] });
const second = programOf(
  [
    entry(1),
    waitFor('wait', 'Paid', { seen: 3, late: 3, seconds: 7_200 }),
    waitFor('later', 'Paid', { seen: 3, late: 3, seconds: 3_600 }),
    end('exit', 'done'),
  ],
  { exits: [{ id: 'gone', event: 'Gone' }] },
);
const versions = { v1: first, v2: second };

type Told = Pick<MoveInput, 'to' | 'follow' | 'stand'> & { program: keyof typeof versions; from?: string };

function moved({ program, from = 'wait', ...rest }: Told): RunSignal {
  const [before, after] = program === 'v2' ? [1, 2] : [2, 1];
  return {
    type: 'move',
    workspaceId: 'a0000000-0000-4000-8000-000000000001',
    versionId: `a0000000-0000-4000-8000-00000000000${after}`,
    program: versions[program],
    move: {
      move: 'a0000000-0000-4000-8000-000000000003',
      from: { node: from, visit: 1, version: before },
      program,
      version: after,
      entry: {},
      ...rest,
    },
  };
}

/** One for each kind of step that came with format 3, and the ways out of it that differ. */
export const recordedSteps: readonly Recorded[] = [
  {
    name: 'actions',
    program: programOf([entry(1), act('act', 2), change('points', 3), act('again', 4), end('exit', 'done')]),
  },
  {
    name: 'filled-in',
    program: programOf([entry(1), filled('fill', 'act', 2), end('exit', 'done'), end('wrong', 'wrong')], {
      facts: values,
    }),
    answers: { 0: { ok: true, values: { event: 'Mina' } } },
  },
  {
    name: 'not-filled-in',
    program: programOf([entry(1), filled('fill', 'act', 2), end('exit', 'done'), end('wrong', 'wrong')], {
      facts: values,
    }),
    answers: { 0: { ok: false, path: 'event', message: 'is empty' } },
  },
  {
    name: 'throttle',
    program: programOf([entry(1), throttle('throttle', 2), act('act', 3), end('exit', 'done')], { facts: claims }),
    answers: { 0: { port: 'next', count: 0 } },
  },
  {
    name: 'digest-opened',
    program: programOf([entry(1), digest('digest', 1, 2), end('exit', 'done')], { facts: claims }),
    answers: { 1: { port: 'opened' }, 2: { events: [{ name: 'Commented' }], count: 1 } },
  },
  {
    name: 'digest-joined',
    program: programOf([entry(1), digest('digest', 1, 2), end('exit', 'done')], { facts: claims }),
    answers: { 1: { port: 'joined' } },
  },
  {
    name: 'several-events',
    program: programOf([entry(1), several, end('exit', 'done')]),
    signals: [
      {
        parked: 'wait#1',
        signal: {
          type: 'event',
          wait: 'wait#1',
          arm: 1,
          event: shipped,
          gathered: [
            { arm: 0, event: paid },
            { arm: 1, event: shipped },
          ],
        },
      },
    ],
  },
  {
    name: 'undone',
    program: {
      ...programOf([entry(1), act('coupon', 2), wait('wait', 600, 3), end('exit', 'done'), act('revoke', 3)], {
        exits: [{ id: 'out', event: 'Out' }],
      }),
      undo: { coupon: 4 },
    },
    signals: [{ parked: 'wait#1', signal: { type: 'exit', criterion: 'out', event: eventOf('o', 'Out', '5') } }],
  },
  {
    name: 'sub-journey',
    program: called,
    answers: { 0: { ok: true, values: { order: 'Seven' } }, 1: { ok: true, values: { event: 'Seven' } } },
  },
  {
    name: 'sub-journey-not-filled',
    program: called,
    answers: { 0: { ok: false, path: 'order', message: 'is empty' } },
  },
  {
    name: 'sub-journey-undone',
    program: {
      ...programOf(
        [
          entry(1),
          {
            node: 'card',
            enter: true,
            op: 'inputs',
            settings: { fixed: {} },
            target: to('inside', 2),
            failed: to('notFilled', 5),
          },
          act('card~coupon', 3),
          wait('card~wait', 600, 4),
          { node: 'card~end', enter: true, op: 'result', of: 'card', result: null, target: to('done', 5) },
          end('exit', 'done'),
          act('card~revoke', 4),
        ] as Instruction[],
        { exits: [{ id: 'out', event: 'Out' }] },
      ),
      undo: { 'card~coupon': 6 },
    },
    signal: { parked: 'card~wait#1', signal: { type: 'exit', criterion: 'out', event: eventOf('o', 'Out', '5') } },
  },
  {
    name: 'kept-shares',
    program: programOf([entry(1), withSpans(split('split', 2)), end('exit', 'done')]),
  },
  {
    name: 'wait-result',
    program: programOf([entry(1), { ...one, result: {} }, act('act', 3), end('exit', 'done')]),
    signals: [came('wait#1', { ...paid, properties: { total: 12.5, items: ['lamp'] } })],
  },
  {
    name: 'wait-result-of-several',
    program: programOf([entry(1), { ...several, result: { paths: ['total'] } }, end('exit', 'done')]),
    signals: [
      {
        parked: 'wait#1',
        signal: {
          type: 'event',
          wait: 'wait#1',
          arm: 1,
          event: { ...shipped, properties: { by: 'mail' } },
          gathered: [
            { arm: 0, event: { ...paid, properties: { total: 5, by: 'card' } } },
            { arm: 1, event: { ...shipped, properties: { by: 'mail' } } },
          ],
        },
      },
    ],
  },
  {
    name: 'already',
    program: programOf([entry(1), { ...already(one), result: {} }, end('exit', 'done')], { facts: inSegment }),
    answers: { 0: true },
  },
  {
    name: 'already-in-part',
    program: programOf([entry(1), already(several), end('exit', 'done')], { facts: inSegment }),
    answers: { 0: true },
    signals: [
      {
        parked: 'wait#1',
        signal: { type: 'event', wait: 'wait#1', arm: 1, event: shipped, gathered: [{ arm: 1, event: shipped }] },
      },
    ],
  },
  {
    name: 'moved',
    program: first,
    signals: [{ parked: 'wait#1', signal: moved({ program: 'v2', to: 'later' }) }, came('later#1', paid)],
  },
  {
    name: 'moved-where-they-are',
    program: first,
    signals: [{ parked: 'wait#1', signal: moved({ program: 'v2', to: 'wait', follow: true }) }, came('wait#1.1', paid)],
  },
  {
    name: 'moved-and-taken-back',
    program: first,
    signals: [
      { parked: 'wait#1', signal: moved({ program: 'v2', to: 'later' }) },
      {
        parked: 'later#1',
        signal: moved({
          program: 'v1',
          from: 'later',
          to: 'wait',
          stand: { arrived: 1_800_000_000_000, mark: null, since: 1_800_000_000_000, taken: [] },
        }),
      },
      came('wait#2', paid),
    ],
  },
  {
    name: 'not-moved',
    program: first,
    signals: [{ parked: 'wait#1', signal: moved({ program: 'v2', from: 'later', to: 'wait' }) }, came('wait#1', paid)],
  },
];

/** The shares of a split after they were changed. */
function withSpans(instruction: Instruction): Instruction {
  if (instruction.op !== 'split') return instruction;
  const spans: [number, number][][] = [[[0, 250_000_000]], [[250_000_000, 1_000_000_000]]];
  return { ...instruction, arms: instruction.arms.map((arm, index) => ({ ...arm, spans: spans[index]! })) };
}
