import type { Instruction, Program } from '@wend/contract';
import { programFormat } from '@wend/engine';

/** A program from instructions, as `compile` would make it. */
export function programOf(instructions: Instruction[], parts: Partial<Program> = {}): Program {
  const names = Object.fromEntries(instructions.map((instruction) => [instruction.node, instruction.node]));
  return {
    format: programFormat,
    instructions,
    facts: [],
    firstReads: [],
    exits: [],
    names,
    entryPaths: [],
    eventPaths: {},
    ...parts,
  };
}

const to = (port: string, pc: number) => ({ port, pc });

export const entry = (next: number): Instruction => ({
  node: 'entry',
  enter: true,
  op: 'goto',
  target: to('next', next),
});
export const send = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'send',
  channel: 'email',
  queued: to('queued', next),
});
export const wait = (node: string, seconds: number, next: number): Instruction => ({
  node,
  enter: true,
  op: 'wait',
  until: { seconds },
  target: to('next', next),
});
export const waitFor = (
  node: string,
  event: string,
  { seen, late, seconds }: { seen: number; late: number; seconds: number },
): Instruction => ({
  node,
  enter: true,
  op: 'waitFor',
  arms: [{ event, target: to('seen', seen) }],
  timeout: { seconds, target: to('timeout', late) },
});
export const branch = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'branch',
  arms: [{ rule: { op: 'any', rules: [] }, target: to('a', next) }],
  otherwise: to('else', next),
});
export const split = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'split',
  arms: [
    { weight: 1, target: to('a', next) },
    { weight: 1, target: to('b', next) },
  ],
});
export const act = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'act',
  kind: 'emit-event',
  settings: { fixed: { event: 'X' } },
  target: to('next', next),
});
export const change = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'change',
  settings: { fixed: { changes: [{ name: 'points', do: 'add', value: 1 }] } },
  target: to('next', next),
});
export const throttle = (node: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'claim',
  fact: 0,
  targets: [to('next', next)],
});
export const digest = (node: string, seconds: number, next: number): Instruction => ({
  node,
  enter: true,
  op: 'digest',
  join: 1,
  list: 2,
  until: { seconds },
  target: to('next', next),
});
/** What `throttle` and `digest` ask. */
export const claims: Program['facts'] = [
  { kind: 'claim', node: 'throttle', claim: { kind: 'pass', most: 1, withinSeconds: 60 } },
  { kind: 'claim', node: 'digest', claim: { kind: 'join' } },
  { kind: 'claim', node: 'digest', claim: { kind: 'list' } },
];
export const back = (node: string, most: number, { to: again, over }: { to: number; over: number }): Instruction => ({
  node,
  enter: true,
  op: 'goto',
  target: to('again', again),
  most,
  over: to('over', over),
});
export const call = (node: string, activity: string, next: number): Instruction => ({
  node,
  enter: true,
  op: 'call',
  activity,
  targets: [to('done', next)],
  attempts: 3,
  timeoutSeconds: 10,
});
export const end = (node: string, reason: string): Instruction => ({ node, enter: true, op: 'end', reason });
