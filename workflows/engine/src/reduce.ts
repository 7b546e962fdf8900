import type { Command, Fact, Input, Program, Reduction, RunState, StepInput } from '@wend/contract';
import { bindFact } from './evaluate.js';
import { interpreters } from './formats/index.js';
import type { Interpreter } from './formats/interpreter.js';

/** Whether this version of Wend can run programs of a format. */
export function knowsFormat(format: number): boolean {
  return Object.hasOwn(interpreters, format);
}

/** Whether pauses can move what runs of programs of this format wait for. */
export function knowsShifts(format: number): boolean {
  return knowsFormat(format) && interpreterOf({ format }).shift !== undefined;
}

function interpreterOf({ format }: Pick<Program, 'format'>): Interpreter {
  const interpreter = interpreters[format];
  if (!interpreter) throw new Error(`This version of Wend does not know programs of format ${format}.`);
  return interpreter;
}

/** The state of a run of this program before its first input. */
export function initialState(program: Pick<Program, 'format'>): RunState {
  return interpreterOf(program).initialState();
}

/**
 * One step of a run, by the interpreter of the program's format: pure, without clock, randomness or I/O. An input that
 * is not waited for changes nothing (late timers, events of waits that ended, results of cancelled calls), so
 * delivering an input twice is harmless. When `state.needs` is set in the result, the run stands in the middle of a
 * stretch and goes on with a `view` input.
 */
export function reduce(program: Program, state: RunState, input: Input): Reduction {
  return interpreterOf(program).reduce(program, state, input);
}

/** Finds the program of that content hash: of all versions that a run may have been moved to. */
export type ProgramByHash = (hash: string) => Program | undefined;

/** What a run is: its state, and the program that it is of. */
export type Driven = { program: Program; state: RunState };

/**
 * One step of a run that may be moved to another program: from then on it is driven by that one. A move changes nothing
 * for who is not where it says. Throws for a program that is not to be had.
 */
export function reduceStep({ program, state }: Driven, input: StepInput, programs: ProgramByHash): Driven & Reduction {
  if (input.type === 'shifted') {
    const shifted = interpreterOf(program).shift?.({ program, state, input });
    return { program, ...(shifted ?? { state, commands: [] }) };
  }
  if (input.type !== 'moved') return { program, ...reduce(program, state, input) };
  const to = programs(input.program);
  if (!to) throw new Error(`The program ${input.program} that the run was moved to is not there.`);
  const reduced = interpreterOf(to).move?.({ from: program, to, state, input }) ?? { state, commands: [] };
  return { program: reduced.commands.length > 0 ? to : program, ...reduced };
}

/** Whether an input moved the run: only then was it taken, and belongs to the record of the step. */
export function hasMoved(before: RunState, input: StepInput, { state, commands }: Reduction): boolean {
  return commands.length > 0 || input.type === 'view' || (state.needs !== null && state.needs !== before.needs);
}

/** Folds several inputs, one after the other. */
export function fold(
  { program, state }: Driven,
  inputs: readonly StepInput[],
  programs: ProgramByHash = () => undefined,
): Driven & Reduction {
  const commands: Command[] = [];
  let at: Driven = { program, state };
  for (const input of inputs) {
    const next = reduceStep(at, input, programs);
    at = { program: next.program, state: next.state };
    commands.push(...next.commands);
  }
  return { ...at, commands };
}

/** The facts that a state asks for, with the run's values bound into their filters. */
export function neededFacts(program: Program, state: RunState): { index: number; fact: Fact }[] {
  return (state.needs ?? []).flatMap((index) => {
    const fact = program.facts[index];
    return fact ? [{ index, fact: bindFact(fact, state) }] : [];
  });
}
