import type { Input, MoveInput, Program, Reduction, RunState, ShiftInput } from '@wend/contract';

/** What runs programs of one format: pure, without clock, randomness or I/O. */
export type Interpreter = {
  /** The state of a run before its first input. */
  initialState: () => RunState;
  /** One input. The same state object comes back when the input is not waited for. */
  reduce: (program: Program, state: RunState, input: Input) => Reduction;
  /**
   * Takes over a run that another program drove, of this or an older format. Only of the newest format: what is published
   * has no other.
   */
  move?: (move: { from: Program; to: Program; state: RunState; input: MoveInput }) => Reduction;
  /** Pauses while the run waited. Earlier formats do not know them: there a pause only holds. */
  shift?: (shift: { program: Program; state: RunState; input: ShiftInput }) => Reduction;
};
