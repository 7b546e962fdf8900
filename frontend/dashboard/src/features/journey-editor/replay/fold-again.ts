import type { Command, EnrollmentDetail, Program, RunState, StepInput, Trace } from '@wend/contract';
import { initialState, knowsFormat, reduceStep } from '@wend/engine';
import type { Driven } from '@wend/engine';

/** A recorded input with the visit that it found the run in (null: before the first, or after the last). */
export type FoldedInput = { input: StepInput; step: number; node: string | null; visit: number };
/** A decision of a run, and the node it was made in (none for the end). */
export type Decision = { kind: 'enter' | 'leave' | 'send' | 'end'; node: string };
/** Null stands for what was not recorded, or not decided. */
export type Difference = { what: Decision; recorded: string | null; folded: string | null };
/** Why the record cannot be folded here. */
export type Unfoldable = { why: 'noProgram' | 'nothingYet' } | { why: 'unknownFormat'; format: number };

/** What folding the recorded inputs again came to: the proof of a run, and the exact order in which it went. */
export type Proof =
  | { kind: 'matches'; inputs: number; decisions: number }
  | { kind: 'differs'; inputs: number; decisions: number; differences: Difference[] }
  | { kind: 'unavailable'; reason: Unfoldable };
export type Folded = {
  proof: Proof;
  inputs: FoldedInput[];
  commands: Command[];
  state: RunState | null;
  /** The version that each visit ended in, or is in, by `node#visit`; none where the run was never moved. */
  versions: ReadonlyMap<string, number>;
};

/**
 * Folds the inputs that a run recorded, with the engine that decided them, and compares every decision with what was
 * stored: visits entered, visits left (port, time and trace), messages sent, and the end.
 */
export function foldAgain(
  detail: Pick<
    EnrollmentDetail,
    'program' | 'programHash' | 'others' | 'steps' | 'visits' | 'messages' | 'status' | 'endedAt' | 'endReason'
  >,
): Folded {
  const inputs = detail.steps.flatMap((step) =>
    (step.inputs as StepInput[]).map((input) => ({ step: step.step, input })),
  );
  const moved = inputs.flatMap(({ input }) => (input.type === 'moved' ? [input] : []));
  const first = moved[0] && detail.others.find(({ version }) => version === moved[0]?.from.version);
  const program = (first ?? detail).program as Program | null;
  const none = (reason: Unfoldable): Folded => ({
    proof: { kind: 'unavailable', reason },
    inputs: [],
    commands: [],
    state: null,
    versions: new Map(),
  });
  if (!program || !Array.isArray(program.instructions)) return none({ why: 'noProgram' });
  const unknown = [detail, ...detail.others].find((each) => !knowsFormat((each.program as Program).format));
  if (unknown) return none({ why: 'unknownFormat', format: (unknown.program as Program).format });
  const programs = new Map([detail, ...detail.others].map((each) => [each.programHash, each.program as Program]));
  if (moved.some((input) => !programs.has(input.program))) return none({ why: 'noProgram' });
  if (inputs.length === 0) return none({ why: 'nothingYet' });
  const folded = foldInputs({ program, inputs, programs, version: moved[0]?.from.version });
  return { ...folded, proof: prove({ detail, commands: folded.commands, inputs: inputs.length }) };
}

type FoldInputsOptions = {
  program: Program;
  inputs: { step: number; input: StepInput }[];
  programs: ReadonlyMap<string, Program>;
  /** The one that the run began in, where it was moved. */
  version: number | undefined;
};

function foldInputs({ program, inputs, programs, version }: FoldInputsOptions): Omit<Folded, 'proof'> & {
  state: RunState;
} {
  let driven: Driven = { program, state: initialState(program) };
  let present = version;
  const versions = new Map<string, number>();
  const commands: Command[] = [];
  const placed: FoldedInput[] = [];
  for (const { step, input } of inputs) {
    const { state } = driven;
    const next = reduceStep(driven, input, (hash) => programs.get(hash));
    if (input.type === 'moved' && next.commands.length > 0) present = input.version;
    // The first input finds the run nowhere: it belongs to the node that it enters.
    const node = state.node ?? (input.type === 'enrolled' ? firstNode(next.commands) : null);
    placed.push({ input, step, node, visit: node === null ? 0 : (state.visits[node] ?? 1) });
    driven = { program: next.program, state: next.state };
    commands.push(...next.commands);
    if (present === undefined) continue;
    for (const each of next.commands) if (each.type === 'enter') versions.set(`${each.node}#${each.visit}`, present);
    // Whoever follows is in the same visit.
    if (input.type === 'moved' && input.follow && next.state.node !== null)
      versions.set(`${next.state.node}#${next.state.visits[next.state.node] ?? 1}`, present);
  }
  return { inputs: placed, commands, state: driven.state, versions };
}

function firstNode(commands: Command[]): string | null {
  return commands.find((command) => command.type === 'enter')?.node ?? null;
}

type Decisions = Map<string, { what: Decision; value: string }>;

type ProveOptions = {
  detail: Parameters<typeof foldAgain>[0];
  commands: Command[];
  inputs: number;
};

function prove({ detail, commands, inputs }: ProveOptions): Proof {
  const folded = decisionsOfCommands(commands);
  const recorded = decisionsOfRecord(detail);
  const differences: Difference[] = [];
  for (const [key, { what, value }] of folded) {
    const stored = recorded.get(key);
    if (stored?.value !== value) differences.push({ what, recorded: stored?.value ?? null, folded: value });
  }
  for (const [key, { what, value }] of recorded)
    if (!folded.has(key)) differences.push({ what, recorded: value, folded: null });
  const decisions = folded.size;
  return differences.length === 0
    ? { kind: 'matches', inputs, decisions }
    : { kind: 'differs', inputs, decisions: decisions - differences.length, differences };
}

function decisionsOfCommands(commands: Command[]): Decisions {
  const found: Decisions = new Map();
  for (const command of commands) {
    if (command.type === 'enter')
      found.set(`enter ${command.node}#${command.visit}`, {
        what: { kind: 'enter', node: command.node },
        value: isoOf(command.at),
      });
    if (command.type === 'leave')
      found.set(`leave ${command.node}#${command.visit}`, {
        what: { kind: 'leave', node: command.node },
        value: leaving({ at: command.at, port: command.port, trace: command.trace ?? null }),
      });
    if (command.type === 'send')
      found.set(`send ${command.node} ${isoOf(command.at)}`, {
        what: { kind: 'send', node: command.node },
        value: command.channel,
      });
    if (command.type === 'end')
      found.set('end', { what: { kind: 'end', node: '' }, value: `${command.outcome} ${isoOf(command.at)}` });
  }
  return found;
}

function decisionsOfRecord(detail: Parameters<typeof foldAgain>[0]): Decisions {
  const found: Decisions = new Map();
  for (const visit of detail.visits) {
    found.set(`enter ${visit.node}#${visit.visit}`, {
      what: { kind: 'enter', node: visit.node },
      value: isoOf(Date.parse(visit.enteredAt)),
    });
    if (visit.leftAt === null) continue;
    found.set(`leave ${visit.node}#${visit.visit}`, {
      what: { kind: 'leave', node: visit.node },
      value: leaving({ at: Date.parse(visit.leftAt), port: visit.port, trace: visit.trace as Trace | null }),
    });
  }
  for (const message of detail.messages) {
    // Somebody sent it again by hand: the run did not.
    if (message.resendNumber > 0) continue;
    found.set(`send ${message.node} ${isoOf(Date.parse(message.queuedAt))}`, {
      what: { kind: 'send', node: message.node },
      value: message.channel,
    });
  }
  if (detail.endedAt !== null)
    found.set('end', {
      what: { kind: 'end', node: '' },
      value: `${detail.status} ${isoOf(Date.parse(detail.endedAt))}`,
    });
  return found;
}

function leaving({ at, port, trace }: { at: number; port: string | null; trace: Trace | null }): string {
  return `${port ?? 'no port'} ${isoOf(at)} ${canonical(trace)}`;
}

function isoOf(at: number): string {
  return Number.isFinite(at) ? new Date(at).toISOString() : 'no time';
}

/** JSON with sorted keys: the database does not keep their order. */
function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join()}]`;
  if (value === null || typeof value !== 'object') return JSON.stringify(value ?? null);
  const entries = Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}
