import type { Instruction, MoveInput, Program, Reduction, RunState } from '@wend/contract';
import type { Interpreter } from '../interpreter.js';
import { startState, Stretch } from './stretch.js';

/** The move changes nothing for who does not wait where it says, or goes where the new version has no such step. */
export const move: NonNullable<Interpreter['move']> = ({ from, to, state, input }): Reduction => {
  const pc = mayMove(from, state, input) ? placeOf(from, to, state.pc, input) : -1;
  if (pc < 0) return { state, commands: [] };
  const undo = state.undo?.filter((node) => to.undo?.[node] !== undefined);
  const before = { ...startState(), ...state, format: to.format, ...(undo ? { undo } : {}) };
  return new Stretch(to, { ...before, move: nameOf(input) }).moveFrom(from, pc, input);
};

/** Being taken back is a move of its own. */
function nameOf({ move: id, stand }: MoveInput): string {
  return stand ? `${id} back` : id;
}

/** Only who waits, and for nothing that a step of her own has begun: a custom node, or a digest that others join. */
function mayMove(program: Program, state: RunState, input: MoveInput): boolean {
  const { from } = input;
  const { wait, node, visits, needs, leaving, ended } = state;
  if (state.move === nameOf(input)) return false;
  if (ended || leaving || needs || !wait || node !== from.node || visits[from.node] !== from.visit) return false;
  const instruction = program.instructions[state.pc];
  return instruction !== undefined && waits(instruction);
}

function waits({ op }: Instruction): boolean {
  return op === 'wait' || op === 'waitFor';
}

/**
 * Whether people who wait at a step can be moved from it, and whether they can follow it into the other program, which
 * must be of this format.
 */
export function movesFrom(from: Program, to: Program, node: string): { leave: boolean; follow: boolean } {
  const before = waitsOf(from, node);
  const after = waitsOf(to, node);
  const asked = [...before.map((pc) => from.instructions[pc]), ...after.map((pc) => to.instructions[pc])].some(
    (each) => each?.op === 'waitFor' && each.asks,
  );
  return { leave: before.length > 0, follow: before.length > 0 && after.length >= before.length && !asked };
}

/** Where the run goes on: at the beginning of the step, or, for who follows, at the same wait of it; -1: nowhere. */
function placeOf(from: Program, to: Program, pc: number, { to: node, follow }: MoveInput): number {
  if (!follow) return to.instructions.findIndex((each) => each.node === node && each.enter === true);
  const before = from.instructions[pc];
  // Who was asked has been asked: the question stays as it is.
  if (before?.node !== node || (before.op === 'waitFor' && before.asks)) return -1;
  const place = waitsOf(from, node).indexOf(pc);
  const after = waitsOf(to, node)[place] ?? -1;
  const instruction = to.instructions[after];
  return instruction?.op === 'waitFor' && instruction.asks ? -1 : after;
}

function waitsOf({ instructions }: Program, node: string): number[] {
  return instructions.flatMap((each, index) => (each.node === node && waits(each) ? [index] : []));
}
