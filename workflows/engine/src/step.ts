import type {
  Command,
  Json,
  JsonObject,
  Mark,
  Program,
  RunAction,
  RunState,
  StepInput,
  TraitChange,
} from '@wend/contract';

/** What inputs lead to, before it is committed; `program`: the one that the run then has. */
export type Folded = { inputs: StepInput[]; program: Program; state: RunState; commands: Command[] };

/**
 * What is to be committed of one step. `at` is the run's time. Where the run then stands, from which new waits look: at
 * `mark`, or, without one, what is received after `since` (run time) counts; `taken` are the ids of the events that
 * brought it there. `listening`: events could have ended what the run waited for.
 */
export type Step = {
  format: number;
  at: number;
  inputs: StepInput[];
  commands: Command[];
  node: string | null;
  run: Record<string, Json>;
  mark: Mark | null;
  since: number;
  taken: string[];
  entryMark: Mark | null;
  eventPaths: Record<string, string[]>;
  listening: boolean;
  /** The run undoes what it did, because it left or is ended: no pause and no stop of the journey keeps it from that. */
  unheld?: true;
};

/** The step that leads from `before` to what was folded. */
export function stepOf(before: RunState, { inputs, program, state, commands }: Folded): Step {
  return {
    format: program.format,
    at: state.now,
    inputs,
    commands,
    node: state.node,
    run: state.run,
    mark: state.mark,
    since: state.since ?? state.now,
    taken:
      state.taken ??
      inputs.flatMap((input) =>
        'event' in input ? [input.event.id] : input.type === 'enrolled' ? [input.entry.id] : [],
      ),
    entryMark: state.entryMark,
    eventPaths: program.eventPaths,
    listening: program.exits.length > 0 || before.wait?.kind === 'events',
    ...(before.leaving || inputs.some(({ type }) => type === 'cancel') ? { unheld: true } : {}),
  };
}

/** What the commands of a step that is not committed yet set: facts are asked for as if it were written. */
export function traitsSet(commands: readonly Command[]): JsonObject | undefined {
  if (commands.some((command) => command.type === 'change')) return undefined;
  const sets = commands.flatMap((command) => (command.type === 'set' ? [command.traits] : []));
  return sets.length > 0 ? (Object.assign({}, ...sets) as JsonObject) : undefined;
}

/** The same as changes, in their order, where there are others than of what is set: then `traitsSet` says nothing. */
export function traitsChanged(commands: readonly Command[]): TraitChange[] | undefined {
  if (!commands.some((command) => command.type === 'change')) return undefined;
  return commands.flatMap(changesOf);
}

/** What a command does to traits. */
export function changesOf(command: Command): TraitChange[] {
  if (command.type === 'change') return command.changes;
  if (command.type !== 'set') return [];
  return Object.entries(command.traits).map(([name, value]) => ({ name, do: 'set', value }));
}

/** What the commands of a step that is not committed yet ask for: facts are told of it. */
export function actsAsked(commands: readonly Command[]): RunAction[] | undefined {
  const acts = commands.flatMap((command) =>
    command.type === 'act' ? [{ kind: command.kind, settings: command.settings }] : [],
  );
  return acts.length > 0 ? acts : undefined;
}
