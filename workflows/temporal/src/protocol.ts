import type {
  CallOutcome,
  Command,
  Fact,
  GatheredEvent,
  Input,
  Json,
  JsonObject,
  MoveInput,
  Program,
  RunAction,
  RunEvent,
  RunState,
  ShiftInput,
  StepInput,
  TraitChange,
} from '@wend/contract';
import type { Step } from '@wend/engine/run';

/** Whose run it is; opaque ids only, nothing of the person. */
export type RunIdentity = {
  workspaceId: string;
  enrollmentId: string;
  journeyId: string;
  versionId: string;
  profileId: string;
  origin: 'live' | 'demo' | 'test';
};

/**
 * What an enrollment workflow starts with. With a snapshot it goes on from there instead of from the entry: earlier
 * steps are committed.
 */
export type EnrollmentStart = {
  identity: RunIdentity;
  program: Program;
  /** Run time = workflow time + offset, in ms. */
  offset: number;
  first: Extract<Input, { type: 'enrolled' }>;
  snapshot?: { state: RunState; step: number; inbox: RunSignal[] };
};

/** What reaches a run from outside. `at` is given by the run when it takes it. */
export type RunSignal =
  | { type: 'event'; wait: string; arm: number; event: RunEvent; gathered?: GatheredEvent[] }
  | { type: 'exit'; criterion: string; event: RunEvent }
  | { type: 'cancel'; reason: string }
  /**
   * Goes on in another version; `program` is the one that `move` names by its hash. With the workspace a large one
   * travels by its hash.
   */
  | {
      type: 'move';
      workspaceId: string;
      versionId: string;
      program: Program;
      move: Omit<MoveInput, 'type' | 'at'>;
    }
  /** The journey was paused while it waited for this: only a commit says so. */
  | { type: 'paused'; wait: string; pauses: ShiftInput['pauses'] }
  | { type: 'resume' };

/**
 * `traits`: what the run has set in this step, which is not committed yet: facts are answered as if it were. `changes`:
 * the same in order, where it did more to traits than set them. `acts`: what it has asked for in it.
 */
export type ReadRequest = {
  identity: RunIdentity;
  at: number;
  facts: { index: number; fact: Fact }[];
  traits?: JsonObject;
  changes?: TraitChange[];
  acts?: RunAction[];
};

/**
 * One step of one run. `offered`: ids of all events that it was given, also of those that did not move it. `starting`:
 * no workflow runs yet, its start is kept.
 */
export type CommitRequest = Step & {
  identity: RunIdentity;
  workflowId: string;
  step: number;
  offered: string[];
  /** Ids of the pauses that it was told of. */
  pauses?: string[];
  starting?: boolean;
};

export type CommitAnswer =
  /**
   * Done. `stored` is set when this step was stored before, perhaps with other inputs: the inputs of this step and of
   * all that were stored after it, in order; those count. `inputs`: the same of this step only, in histories of earlier
   * versions. `missed`: events that the waits which are open now had to see.
   */
  | { outcome: 'applied'; stored?: StepInput[][]; inputs?: StepInput[]; missed: RunSignal[] }
  /**
   * Nothing was written: these events were accepted before the timer was due, or end the run and were accepted before
   * this commit.
   */
  | { outcome: 'eventsFirst'; events: RunSignal[] }
  /** The journey is paused: nothing was written, the run stays where it is until it is woken. */
  | { outcome: 'held' }
  /** The journey was stopped or the run is to be ended: only an end is taken. */
  | { outcome: 'stopped'; reason: string }
  /** There is no such enrollment any more. */
  | { outcome: 'gone' };

/** Local activities. They take lists, so that runs that travel together need one call. */
export type RunActivities = {
  read: (requests: ReadRequest[]) => Promise<Record<number, Json>[]>;
  commit: (requests: CommitRequest[]) => Promise<CommitAnswer[]>;
  /** Marks runs failed that cannot even be folded. */
  fail: (requests: { identity: RunIdentity; at: number; reason: string }[]) => Promise<void>;
};

/**
 * The argument of a custom node's activity `node.<type>.v<version>`; config and templates are looked up by the worker.
 */
export type NodeCall = {
  identity: RunIdentity;
  node: string;
  visit: number;
  /** Run time in ms. */
  at: number;
  /** Outputs of earlier nodes. */
  run: Record<string, Json>;
  resume?: Extract<Command, { type: 'call' }>['resume'];
};
export type NodeActivity = (call: NodeCall) => Promise<CallOutcome>;

export const runSignalName = 'run';
export const enrollmentWorkflowType = 'enrollment';
export const runTaskQueue = 'wend-runs';

/** Opaque: the enrollment's id, so that starting twice is refused by the server. */
export function enrollmentWorkflowId(enrollmentId: string): string {
  return `enrollment/${enrollmentId}`;
}

/** A journey's entry by schedule: the step `node`. */
export type EntryScheduleName = { workspaceId: string; journeyId: string; node: string };
export const entryScheduleWorkflowType = 'entrySchedule';

/** Activities of the workflow that a Temporal Schedule starts. `at`: when it was started, ms since 1970. */
export type EntryScheduleActivities = {
  runEntrySchedule: (schedule: EntryScheduleName & { at: number }) => Promise<void>;
};
