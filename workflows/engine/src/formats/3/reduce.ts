import type { Input, Program, Reduction, RunState } from '@wend/contract';
import type { Interpreter } from '../interpreter.js';
import { move } from './move.js';
import { shift } from './shift.js';
import { startState, Stretch } from './stretch.js';

function reduce(program: Program, state: RunState, input: Input): Reduction {
  if (state.ended) return { state, commands: [] };
  const stretch = new Stretch(program, { ...startState(), ...state });
  return stretch.takes(input) ? stretch.take(input) : { state, commands: [] };
}

export const format3: Interpreter = { initialState: startState, reduce, move, shift };
