import type { Command, Input, Json, Mark, Program, RunState } from '@wend/contract';

/** What inputs lead to, before it is committed. */
export type Folded = { inputs: Input[]; state: RunState; commands: Command[] };

/**
 * What is to be committed of one step. `at` is the run's time; marks say from where new waits look; `listening`: events could have ended
 * what the run waited for.
 */
export type Step = {
  format: number;
  at: number;
  inputs: Input[];
  commands: Command[];
  node: string | null;
  run: Record<string, Json>;
  mark: Mark | null;
  entryMark: Mark | null;
  eventPaths: Record<string, string[]>;
  listening: boolean;
};

/** The step that leads from `before` to what was folded. */
export function stepOf(program: Program, before: RunState, { inputs, state, commands }: Folded): Step {
  return {
    format: program.format, at: state.now, inputs, commands, node: state.node, run: state.run, mark: state.mark, entryMark: state.entryMark,
    eventPaths: program.eventPaths, listening: program.exits.length > 0 || before.wait?.kind === 'events',
  };
}
