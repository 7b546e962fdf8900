import type { Instruction, Program, ShiftInput } from '@wend/contract';
import type { Interpreter } from '../interpreter.js';
import { startState, Stretch } from './stretch.js';

/** Changes nothing for who waits for something else by now, or for a date. */
export const shift: NonNullable<Interpreter['shift']> = ({ program, state, input }) => {
  const { wait, ended, needs, pc } = state;
  const instruction = program.instructions[pc];
  if (ended || needs || !wait || wait.id !== input.wait || !instruction || !lasts(instruction))
    return { state, commands: [] };
  const until = shiftedUntil(state, input);
  return until === null
    ? { state, commands: [] }
    : new Stretch(program, { ...startState(), ...state }).shift(input, until);
};

/** Whether what is waited for here is so long a time: not a date, not an answer, and nothing that others wait for too. */
function lasts(instruction: Instruction): boolean {
  if (instruction.op === 'wait') return 'seconds' in instruction.until;
  return instruction.op === 'waitFor' && instruction.timeout !== undefined && instruction.timeout.fact === undefined;
}

/** The steps of a program at which a pause moves the end of the wait. */
export function shiftedNodes({ instructions }: Program): string[] {
  return [...new Set(instructions.filter(lasts).map(({ node }) => node))];
}

/** When the wait is over, by the pauses that lie in it and are not counted yet; null where none does. */
function shiftedUntil(
  { wait, shifted, arrived, now }: Parameters<NonNullable<Interpreter['shift']>>[0]['state'],
  { pauses }: ShiftInput,
): number | null {
  if (!wait || wait.kind === 'call' || wait.until === null) return null;
  let { until } = wait;
  let counted = shifted ?? arrived ?? now;
  for (const { from, to } of pauses) {
    if (to <= counted || from >= until) continue;
    until += to - Math.max(from, counted);
    counted = to;
  }
  return until === wait.until ? null : until;
}
