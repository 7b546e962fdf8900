import type { Command, EnrollmentDetail, Input, Program, RunState, Trace } from '@wend/contract';
import { initialState, knowsFormat, reduce } from '@wend/engine';

/** A recorded input with the visit that it found the run in (null: before the first, or after the last). */
export type FoldedInput = { input: Input; step: number; node: string | null; visit: number };
export type Difference = { what: string; recorded: string; folded: string };

/** What folding the recorded inputs again came to: the proof of a run, and the exact order in which it went. */
export type Proof =
  | { kind: 'matches'; inputs: number; decisions: number }
  | { kind: 'differs'; inputs: number; decisions: number; differences: Difference[] }
  /** The record cannot be folded here; `reason` says why in words for people. */
  | { kind: 'unavailable'; reason: string };
export type Folded = { proof: Proof; inputs: FoldedInput[]; commands: Command[]; state: RunState | null };

/**
 * Folds the inputs that a run recorded, with the engine that decided them, and compares every decision with what was stored: visits
 * entered, visits left (port, time and trace), messages sent, and the end.
 */
export function foldAgain(detail: Pick<EnrollmentDetail, 'program' | 'steps' | 'visits' | 'messages' | 'status' | 'endedAt' | 'endReason'>): Folded {
  const program = detail.program as Program | null;
  const inputs = detail.steps.flatMap((step) => (step.inputs as Input[]).map((input) => ({ step: step.step, input })));
  const none = (reason: string): Folded => ({ proof: { kind: 'unavailable', reason }, inputs: [], commands: [], state: null });
  if (!program || !Array.isArray(program.instructions)) return none('The program of this version is no longer stored.');
  if (!knowsFormat(program.format)) return none(`This run has program format ${program.format}, which this version of Wend does not know.`);
  if (inputs.length === 0) return none('Nothing is recorded yet: the run is being started.');
  const folded = foldInputs({ program, inputs });
  return { ...folded, proof: prove({ detail, commands: folded.commands, inputs: inputs.length }) };
}

function foldInputs({ program, inputs }: { program: Program; inputs: { step: number; input: Input }[] }): Omit<Folded, 'proof'> & { state: RunState } {
  let state = initialState(program);
  const commands: Command[] = [];
  const placed: FoldedInput[] = [];
  for (const { step, input } of inputs) {
    const next = reduce(program, state, input);
    // The first input finds the run nowhere: it belongs to the node that it enters.
    const node = state.node ?? (input.type === 'enrolled' ? firstNode(next.commands) : null);
    placed.push({ input, step, node, visit: node === null ? 0 : (state.visits[node] ?? 1) });
    state = next.state;
    commands.push(...next.commands);
  }
  return { inputs: placed, commands, state };
}

function firstNode(commands: Command[]): string | null {
  return commands.find((command) => command.type === 'enter')?.node ?? null;
}

type Decisions = Map<string, { what: string; value: string }>;

function prove({ detail, commands, inputs }: { detail: Parameters<typeof foldAgain>[0]; commands: Command[]; inputs: number }): Proof {
  const folded = decisionsOfCommands(commands);
  const recorded = decisionsOfRecord(detail);
  const differences: Difference[] = [];
  for (const [key, { what, value }] of folded) {
    const stored = recorded.get(key);
    if (stored?.value !== value) differences.push({ what, recorded: stored?.value ?? 'not recorded', folded: value });
  }
  for (const [key, { what, value }] of recorded) if (!folded.has(key)) differences.push({ what, recorded: value, folded: 'not decided' });
  const decisions = folded.size;
  return differences.length === 0 ? { kind: 'matches', inputs, decisions } : { kind: 'differs', inputs, decisions: decisions - differences.length, differences };
}

function decisionsOfCommands(commands: Command[]): Decisions {
  const found: Decisions = new Map();
  for (const command of commands) {
    if (command.type === 'enter') found.set(`enter ${command.node}#${command.visit}`, { what: `Coming to ${command.node}`, value: isoOf(command.at) });
    if (command.type === 'leave') found.set(`leave ${command.node}#${command.visit}`, { what: `Leaving ${command.node}`, value: leaving({ at: command.at, port: command.port, trace: command.trace ?? null }) });
    if (command.type === 'send') found.set(`send ${command.node} ${isoOf(command.at)}`, { what: `Message of ${command.node}`, value: command.channel });
    if (command.type === 'end') found.set('end', { what: 'The end', value: `${command.outcome} ${isoOf(command.at)}` });
  }
  return found;
}

function decisionsOfRecord(detail: Parameters<typeof foldAgain>[0]): Decisions {
  const found: Decisions = new Map();
  for (const visit of detail.visits) {
    found.set(`enter ${visit.node}#${visit.visit}`, { what: `Coming to ${visit.node}`, value: isoOf(Date.parse(visit.enteredAt)) });
    if (visit.leftAt === null) continue;
    found.set(`leave ${visit.node}#${visit.visit}`, { what: `Leaving ${visit.node}`, value: leaving({ at: Date.parse(visit.leftAt), port: visit.port, trace: visit.trace as Trace | null }) });
  }
  for (const message of detail.messages) found.set(`send ${message.node} ${isoOf(Date.parse(message.queuedAt))}`, { what: `Message of ${message.node}`, value: message.channel });
  if (detail.endedAt !== null) found.set('end', { what: 'The end', value: `${detail.status} ${isoOf(Date.parse(detail.endedAt))}` });
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
  const entries = Object.entries(value).filter(([, item]) => item !== undefined).sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${entries.map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`).join()}}`;
}
