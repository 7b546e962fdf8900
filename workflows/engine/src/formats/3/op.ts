import type { Fact, Input, Instruction, Program, RunState, Target } from '@wend/contract';
import type { Stretch } from './stretch.js';

export type InstructionOf<Of extends Instruction['op']> = Extract<Instruction, { op: Of }>;

/** What reaches a run for its wait: the time, an event, or how a custom node ended. */
export type WakeInput = Extract<Input, { wait: string }>;

/** What an instruction does. One file each in `ops`. */
export type Op<Of extends Instruction['op'] = Instruction['op']> = {
  /** Does it; true when the run goes on at once. */
  run: (stretch: Stretch, instruction: InstructionOf<Of>) => boolean;
  /** Takes what it waited for. Only of what waits. */
  wake?: (stretch: Stretch, instruction: InstructionOf<Of>, input: WakeInput) => void;
  /** Whether it waits for this event; absent where it waits for none. */
  takesEvent?: (
    instruction: InstructionOf<Of>,
    input: Extract<WakeInput, { type: 'event' }>,
    state: Pick<RunState, 'wait'>,
  ) => boolean;
  /** What it must know before it runs; absent where it needs nothing. */
  facts?: (instruction: InstructionOf<Of>, program: Pick<Program, 'facts'>) => Fact[];
  /** The node whose result it changes without waiting: what reads that is asked for afterwards. */
  gives?: (instruction: InstructionOf<Of>) => string;
  /** Where the run may be in the same moment. */
  passesTo: (instruction: InstructionOf<Of>, program: Pick<Program, 'facts'>) => Target[];
};
