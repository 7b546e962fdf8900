import type { Instruction, Json, Program } from '@wend/contract';
import type { RunSignal } from '../src/index.js';
import { eventOf } from './memory-carrier.js';
import { act, change, claims, digest, end, entry, programOf, split, throttle, wait } from './programs.js';

/** A run that takes a step of a kind. `answers`: of facts by their index. `signal`: once it stands in `parked`. */
export type Recorded = {
  name: string;
  program: Program;
  answers?: Record<number, Json>;
  signal?: { parked: string; signal: RunSignal };
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
const values: Program['facts'] = [{ kind: 'values', node: 'fill', template: { event: '{{ profile.name }}' } }];
const several: Instruction = {
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
    signal: {
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
  },
  {
    name: 'undone',
    program: {
      ...programOf([entry(1), act('coupon', 2), wait('wait', 600, 3), end('exit', 'done'), act('revoke', 3)], {
        exits: [{ id: 'out', event: 'Out' }],
      }),
      undo: { coupon: 4 },
    },
    signal: { parked: 'wait#1', signal: { type: 'exit', criterion: 'out', event: eventOf('o', 'Out', '5') } },
  },
  {
    name: 'kept-shares',
    program: programOf([entry(1), withSpans(split('split', 2)), end('exit', 'done')]),
  },
];

/** The shares of a split after they were changed. */
function withSpans(instruction: Instruction): Instruction {
  if (instruction.op !== 'split') return instruction;
  const spans: [number, number][][] = [[[0, 250_000_000]], [[250_000_000, 1_000_000_000]]];
  return { ...instruction, arms: instruction.arms.map((arm, index) => ({ ...arm, spans: spans[index]! })) };
}
