import type { Instruction } from '@wend/contract';
import type { Op } from '../op.js';
import { act } from './act.js';
import { branch } from './branch.js';
import { call } from './call.js';
import { change } from './change.js';
import { claim } from './claim.js';
import { digest } from './digest.js';
import { end } from './end.js';
import { goto } from './goto.js';
import { inputs } from './inputs.js';
import { reach } from './reach.js';
import { result } from './result.js';
import { send } from './send.js';
import { set } from './set.js';
import { split } from './split.js';
import { wait } from './wait.js';
import { waitFor } from './wait-for.js';

/** What each instruction of a program does. */
const ops: { readonly [Of in Instruction['op']]: Op<Of> } = {
  goto,
  wait,
  waitFor,
  branch,
  split,
  reach,
  send,
  set,
  change,
  act,
  inputs,
  result,
  claim,
  digest,
  call,
  end,
};

/** What an instruction does; null when it is of a program that a newer version of Wend compiled. */
export function opOf({ op }: Pick<Instruction, 'op'>): Op | null {
  return Object.hasOwn(ops, op) ? (ops[op] as Op) : null;
}
