import type { Claim } from './claim.js';
import type { Json, JsonObject } from './json.js';
import type { Channel, Operand, Rule } from './rule.js';
import type { ActSettings, RunAction } from './run-action.js';
import type { FillType } from './step-values.js';
import type { TraitChange } from './trait-changes.js';
import type { WaitTime } from './when/index.js';

/**
 * Where a node's port leads: the instruction index; -1 ends the run ("reached the end"). The port is what the visit
 * records.
 */
export type Target = { port: string; pc: number };

/**
 * A leaf that only the backend can answer, at the run's time. Facts are addressed by their index in `program.facts`.
 */
/** What decides beside the channel whether somebody wants a message; nothing of it in programs from before topics. */
export type About = { transactional?: true; topic?: string };

export type Fact =
  | { kind: 'trait'; path: string }
  | { kind: 'eventCount'; event: string; where?: Rule; withinSeconds?: number }
  /** Whether a message gets there: of marketing, unless `transactional`, and about `topic`, should it have one. */
  | ({ kind: 'reachable'; channel: Channel } & About)
  /** Whether the limits on messages leave no place for one of this channel and topic. */
  | { kind: 'capped'; channel: Channel; topic: string | null }
  | { kind: 'localTime'; part: 'weekday' | 'hour' | 'date' }
  /** What an operand of a rule looks at. `calendar`: as a `CalendarValue`, for operators that compare days with today. */
  | { kind: 'operand'; operand: Operand; calendar?: true }
  /**
   * The next instant (ms since 1970) at which it is `time` (HH:MM) on one of `weekdays` (1 = Monday; empty = any) where
   * the person lives.
   */
  | { kind: 'nextLocalTime'; time: string; weekdays: number[] }
  /** Until when a wait by the calendar or by a date is, as a `WhenAnswer`. */
  | { kind: 'when'; time: WaitTime }
  /**
   * A step's settings with the Liquid in them filled in, as a `ValuesAnswer`. `types`: what values must be, by path.
   * `run`: results of earlier steps, put in when it is asked.
   */
  | { kind: 'values'; node: string; template: JsonObject; types?: Record<string, FillType>; run?: JsonObject }
  /**
   * A decision among all runs of a person, which the backend makes when it is first asked for a visit to `node` and keeps
   * to. `visit` and `run` are put in when it is asked.
   */
  | { kind: 'claim'; node: string; claim: Claim; visit?: number; run?: JsonObject }
  /** When the person is likeliest to look, within so many hours, as a `BestTime`. `channel`: left out for all of them. */
  | { kind: 'bestTime'; channel?: Channel; withinHours: number; otherwise: BestTimeFallback };

/** What counts for a person of whom nothing is known: everybody’s habits, or a time of day (HH:MM) where they live. */
export type BestTimeFallback = { by: 'everybody' } | { by: 'time'; time: string };

/**
 * The answer to `bestTime`. `at`: when to go on, ms since 1970. `hour`: of the person’s clock, 0 to 23. `confidence`: how
 * much the person’s own habits weigh in it, 0 (not at all) to 1. `from`: whether they do, everybody’s do alone, or
 * nothing is known and the step’s fallback counts. The counts are what was learned of the person.
 */
export type BestTime = {
  at: number;
  hour: number;
  confidence: number;
  from: 'own' | 'everybody' | 'fallback';
  opens: number;
  clicks: number;
  visits: number;
};

/** The value that was looked at, its day and today (YYYY-MM-DD) where the person lives; no day in what is no date. */
export type CalendarValue = { value: Json; day: string | null; today: string };

/** An event that lets a wait end, and by which port. `lookBack`: also what happened since the run began counts. */
export type EventArm = {
  event: string;
  where?: Rule;
  /** Only message events of this node in this run. */
  messageOf?: string;
  target: Target;
  lookBack?: boolean;
  /** The property of the event that becomes the node's output. */
  keep?: string;
  /** Asked as the wait begins: where it holds, the event counts as seen once, without having come. */
  already?: Rule;
};

/**
 * What a wait leaves as the node's output: the event that people left by, with these of its properties; with all of
 * them without `paths`. Sizes are bounded: see `resultOfWait`.
 */
export type WaitResult = { paths?: string[] };

/** A way out of a wait that takes several events: when each of these arms (by place) was seen so many times. */
export type EventWay = { target: Target; all: ArmCount[] };
export type ArmCount = { arm: number; times: number };

/** An event that a way counted, and for which arm. */
export type GatheredEvent = { arm: number; event: RunEvent };

/**
 * Few instructions; node types are vocabulary. `node` names the visited node. Every instruction that begins a node has
 * `enter`. `reads`: facts that must be at hand before it runs (all that the stretch up to the next block may need).
 */
export type Instruction = { node: string; enter?: true } & (
  | {
      op: 'goto';
      target: Target;
      /** Only on so many visits of a run, afterwards `over`: loops by it end, also where no time passes in them. */
      most?: number;
      over?: Target;
    }
  /**
   * Until `seconds` after arriving, or until the instant that a fact answers (ms, or as the `at` of an object). A fact
   * that answers a `port` instead sends people on at once, by `target` or one of `otherwise`.
   */
  | {
      op: 'wait';
      until: { seconds: number } | { fact: number };
      target: Target;
      otherwise?: Target[];
      reads?: number[];
    }
  /**
   * With `ways` people leave by the first of these that is complete, and the targets of the arms count for nothing. The
   * time is up `seconds` after arriving, or, with `fact`, at the instant that it answers, where that comes first: a `port`
   * `past` means at once, anything else that there is no such instant. `asks`: somebody is asked what it waits for, as
   * the settings of the node say.
   */
  | {
      op: 'waitFor';
      arms: EventArm[];
      ways?: EventWay[];
      timeout?: { seconds: number; fact?: number; target: Target };
      asks?: true;
      result?: WaitResult;
    }
  | { op: 'branch'; arms: { rule: Rule; target: Target }[]; otherwise: Target; reads?: number[] }
  /**
   * Drawn per person (the same way in every run of hers in this journey) or per run. Arms are told apart by their
   * ports, whatever their order. `spans`: which draws, of 2^32, lead to an arm, from inclusive to exclusive; on all arms
   * or on none, where the shares alone say it.
   */
  | { op: 'split'; by?: 'person' | 'run'; arms: { weight: number; target: Target; spans?: [number, number][] }[] }
  /** The first channel by which the person can be reached; its trace is that of a branch. */
  | { op: 'reach'; ways: { channel: Channel; about?: About; target: Target }[]; otherwise: Target }
  | { op: 'set'; traits: JsonObject; target: Target }
  /**
   * Changes traits by the `changes` (`TraitChange[]`) of its settings. `failed`: where people go whose settings cannot be
   * filled in; else they go on as they are.
   */
  | { op: 'change'; settings: ActSettings; target: Target; failed?: Target }
  /**
   * Asks for something that is carried out after the step. `failed`: where people go whose settings cannot be filled
   * in; else they go on without it. `changes`: what is known of the person may be different after it.
   */
  | { op: 'act'; kind: string; settings: ActSettings; target: Target; failed?: Target; changes?: true }
  /**
   * `stay`: the visit goes on with the next instruction of the node; `queued` leads there. Programs that were compiled
   * before messages had lanes say no class: theirs go with everybody's.
   */
  | {
      op: 'send';
      channel: Channel;
      /** What decides whether the person wants it. */
      about?: About;
      queued: Target;
      notReachable?: Target;
      /** Where people go, without the message, who have had enough of them. */
      capped?: Target;
      topic?: string;
      stay?: true;
      messageClass?: 'transactional';
      reads?: number[];
    }
  /** The way into a sub-journey: its inputs are the node’s result. `failed`: for whom they cannot be filled in. */
  | { op: 'inputs'; settings: ActSettings; target: Target; failed: Target }
  /** The way out of one: what it came to, null where its end names nothing, joins the result of its card. */
  | { op: 'result'; of: string; result: string | null; target: Target }
  /** A claim (by index in the facts) decides by which of the targets people go. */
  | { op: 'claim'; fact: number; targets: Target[] }
  /**
   * Whoever opens a digest (the claim `join`) waits until `seconds` after that, or the instant that a fact answers (its
   * `at`), or until it is full, and goes on with its list (the claim `list`) as the node's result. Whoever joins one ends here.
   */
  | {
      op: 'digest';
      join: number;
      list: number;
      until: { seconds: number } | { fact: number };
      full?: true;
      target: Target;
    }
  /**
   * A custom node: activity `node.<type>.v<version>`. `targets` by port. `failure`: the port of those whose call has
   * failed for good, with `{ problem }` as the output; else the reserved port `error`, which need not be there.
   */
  | { op: 'call'; activity: string; targets: Target[]; attempts: number; timeoutSeconds: number; failure?: 'failed' }
  | { op: 'end'; reason: string }
);

export type EntryPoint = { node: string; pc: number; reads: number[] };

export type Program = {
  /**
   * Selects the interpreter: any change of the reducer that could change the commands of a stored run is a new format.
   */
  format: number;
  instructions: Instruction[];
  facts: Fact[];
  /** Facts that the first stretch may need: the router passes them with the start. */
  firstReads: number[];
  /**
   * Where runs begin that come in by each entry, in the order of the entries, and the facts that their first stretch may
   * need. Only of journeys with several: else runs begin at the first instruction with `firstReads`.
   */
  entries?: EntryPoint[];
  exits: { id: string; event: string; where?: Rule }[];
  /** Where what undoes a node begins, of nodes that name something, for runs that leave early. */
  undo?: Record<string, number>;
  /** Names of the nodes, for summaries of timers and activities. */
  names: Record<string, string>;
  /** Paths of the entry event that rules read: only these are kept in the state. */
  entryPaths: string[];
  /** Per event name, the property paths that rules read: only these travel in a signal. */
  eventPaths: Record<string, string[]>;
};

/**
 * Where in the order of receipt something stands: what was received "since" is what has a higher position or was not
 * yet visible. `time`: when it happened; `received`: when it was received, where that is told by the run's own clock
 * (live runs). Both ms.
 */
export type Mark = { position: string; snapshot: string; time: number; received?: number };

/** An event as a run sees it: its id, receipt mark and only the fields that the program reads. */
export type RunEvent = { id: string; name: string; time: number; properties: JsonObject; mark: Mark };

/** Everything a run ever learns enters as one of these, and is recorded. Times are the run's time, ms since 1970. */
export type Input =
  /**
   * `node`: the entry, in journeys with several. `entry`: the event that the run began by; of entries without one, what
   * let the person in, under the id of that cause. `person`: names this person in this journey, for what is drawn per
   * person.
   */
  | {
      type: 'enrolled';
      at: number;
      seed: string;
      person?: string;
      node?: string;
      entry: RunEvent;
      facts?: Record<number, Json>;
    }
  | { type: 'timer'; at: number; wait: string }
  /** `gathered`: all that completed the way, `event` the last of them; only of waits with ways. */
  | { type: 'event'; at: number; wait: string; arm: number; event: RunEvent; gathered?: GatheredEvent[] }
  | { type: 'exit'; at: number; criterion: string; event: RunEvent }
  | { type: 'view'; at: number; facts: Record<number, Json> }
  | { type: 'callDone'; at: number; wait: string; outcome: CallOutcome }
  | { type: 'callFailed'; at: number; wait: string; code: string; message: string }
  | { type: 'cancel'; at: number; reason: string };

/** Where a run stood among what was received while it waited at a step. `arrived`: run time at which it got there, ms. */
export type Stand = { arrived: number; mark: Mark | null; since: number; taken: string[] };

/**
 * The run goes on by the program of another version. `move`: the id of the move, of which a run takes part once. `from`:
 * where it must wait for that, and the version that it is in. `to`: the step at which it goes on; with `follow` it is the same one, and the visit goes
 * on with the wait as the new version says it, counted from when the run got there. `entry`: the fields of the entry that
 * the new program reads. `stand`: where it stood, for who is taken back.
 */
export type MoveInput = {
  type: 'moved';
  at: number;
  move: string;
  from: { node: string; visit: number; version: number };
  program: string;
  version: number;
  to: string;
  follow?: true;
  entry: JsonObject;
  stand?: Stand;
};

/**
 * The journey was paused while the run waited: what lasts so long is over later by that, dates stay. `pauses`: in order,
 * ms since 1970.
 */
export type ShiftInput = {
  type: 'shifted';
  at: number;
  wait: string;
  pauses: { id: string; from: number; to: number }[];
};

/** What a step is recorded with: what the reducer takes, a move from one program to another, or pauses in a wait. */
export type StepInput = Input | MoveInput | ShiftInput;

/** What a custom node's `run` comes to. Times are ms since 1970. */
export type CallOutcome =
  | { kind: 'done'; port: string; output?: Json }
  | { kind: 'sleep'; until: number; memo?: Json }
  | { kind: 'waitFor'; event: string; where?: Rule; timeoutSeconds?: number; memo?: Json }
  | { kind: 'exit'; reason: string };

/** One row of a decision: what was asked, what was seen, what came out. */
export type TraceClause = { rule: Rule; result: boolean; seen?: Json; clauses?: TraceClause[] };
export type Trace =
  | { kind: 'branch'; arms: { port: string; trace: TraceClause }[]; port: string }
  | { kind: 'split'; draw: number; port: string }
  /** The visit that it was of so many by which a run is sent back. */
  | { kind: 'turn'; turn: number; most: number; port: string }
  | {
      kind: 'event';
      event: { id: string; name: string; time: number; properties: JsonObject };
      port: string;
      trace?: TraceClause;
      /** All that were waited for, in the order of their receipt, where that is more than one. */
      gathered?: { arm: number; id: string; name: string; time: number }[];
      /** What was so already as the wait began. */
      met?: MetArm[];
    }
  /** All that was waited for was so already. */
  | { kind: 'already'; port: string; met: MetArm[] }
  /** `because`: what the time was worked out from, where the fact said. */
  | { kind: 'timer'; due: number; at: number; port: string; because?: JsonObject }
  /** There was nothing to wait for. */
  | { kind: 'atOnce'; port: string; because: JsonObject }
  | { kind: 'reachable'; channel: Channel; reachable: boolean; port: string }
  | { kind: 'capped'; channel: Channel; port: string }
  | { kind: 'call'; port: string; output?: Json; error?: { code: string; message: string } }
  /** `problem`: why the settings could not be filled in; then nothing was changed. */
  | { kind: 'change'; port: string; changes?: TraitChange[]; problem?: { path: string; message: string } }
  /** `problem`: why the settings could not be filled in; then nothing was asked for. */
  | { kind: 'act'; act: string; port: string; settings?: JsonObject; problem?: { path: string; message: string } }
  /** What went into a sub-journey. `problem`: why its inputs could not be filled in. */
  | { kind: 'inputs'; port: string; inputs?: JsonObject; problem?: { path: string; message: string } }
  /** What a sub-journey came to. */
  | { kind: 'result'; port: string; result: string | null }
  /** Somebody moved the run to a step of another version. */
  | { kind: 'moved'; move: string; version: number; to: string }
  /** `seen`: what it was decided by. */
  | { kind: 'claim'; port: string; seen: JsonObject }
  | { kind: 'exit'; criterion: string; event: { id: string; name: string; time: number; properties: JsonObject } }
  | { kind: 'end'; reason: string };

/**
 * One change that the reducer decided; `commit` carries them out in one transaction. `visit` counts passings of a node
 * from 1.
 */
export type Command =
  | { type: 'enter'; node: string; visit: number; at: number }
  | { type: 'leave'; node: string; visit: number; at: number; port: string | null; trace?: Trace }
  | { type: 'send'; node: string; visit: number; channel: Channel; at: number; messageClass?: 'transactional' }
  | { type: 'set'; node: string; visit: number; traits: JsonObject; at: number }
  | { type: 'change'; node: string; visit: number; changes: TraitChange[]; at: number }
  /** Carried out after the step is committed, once per node, visit and kind. */
  | ({ type: 'act'; node: string; visit: number; at: number } & RunAction)
  | { type: 'output'; node: string; output: Json }
  /**
   * Opens a wait of this run; `arms` are events (entry values bound in), `until` a time. A wait id is `node#visit` or
   * `node#visit.n`. `whole`: events come with all their properties. `ways`: what must be seen together, in their order.
   * `asks`: with the wait the question is written down that it waits for the answer to.
   */
  | {
      type: 'openWait';
      wait: string;
      node: string;
      until: number | null;
      arms: OpenArm[];
      ways?: ArmCount[][];
      whole?: true;
      asks?: true;
    }
  | { type: 'closeWait'; wait: string }
  /** The wait is over later. */
  | { type: 'shift'; wait: string; until: number }
  /** Opens an exit criterion, or, `again`, gives it the filter that the run's results now make of it: from there on. */
  | { type: 'openExit'; criterion: string; event: string; where?: Rule; notBefore?: number; again?: true }
  | {
      type: 'call';
      wait: string;
      node: string;
      visit: number;
      activity: string;
      attempts: number;
      timeoutSeconds: number;
      resume?: { reason: 'timer' | 'event'; event?: RunEvent; memo?: Json };
    }
  /** The version that the run goes on in has no such criterion. */
  | { type: 'closeExit'; criterion: string }
  /** The run goes on in another version; `stand`: what it would be taken back with. */
  | { type: 'moved'; move: string; node: string; visit: number; stand: Stand }
  /** The run leaves early and is undoing what it did: nothing else ends it, and it takes no events any more. */
  | { type: 'leaving'; outcome: RunOutcome; reason: string; at: number }
  | {
      type: 'end';
      outcome: 'completed' | 'exited' | 'failed' | 'cancelled';
      reason: string;
      at: number;
      trace?: Trace;
    };

/** What can become of a run. */
export type RunOutcome = 'completed' | 'exited' | 'failed' | 'cancelled';

/**
 * An event that a wait may end by. `messageVisit`: only the message of that visit. `notBefore`: what happened earlier
 * (ms) does not count, however late it comes. `lookBack` waits see what was received since `since`, but not `taken`,
 * others since where the run stands (`mark`, `since` of the state).
 */
export type OpenArm = {
  event: string;
  where?: Rule;
  messageOf?: string;
  messageVisit?: number;
  lookBack?: boolean;
  since?: Mark;
  taken?: string[];
  notBefore?: number;
};

/** An arm (by place) that was so already as the wait began, and what was seen of it. */
export type MetArm = { arm: number; trace: TraceClause };

/** What a run is waiting for. `step` inputs come only from here. */
export type RunWait =
  | { kind: 'time'; id: string; until: number; because?: JsonObject }
  | {
      kind: 'events';
      id: string;
      until: number | null;
      because?: JsonObject;
      memo?: Json;
      ofCall?: true;
      met?: MetArm[];
    }
  | { kind: 'call'; id: string };

/** Small and serialisable: a workflow can be started from it (continue-as-new, moving versions, cohorts). */
export type RunState = {
  format: number;
  pc: number;
  /** How often each node was entered. */
  visits: Record<string, number>;
  /** The node visited now. */
  node: string | null;
  seed: string;
  now: number;
  enteredAt: number;
  /** The kept fields of the entry event, as an object. */
  entry: JsonObject;
  /** Outputs of custom nodes, by node id. */
  run: JsonObject;
  wait: RunWait | null;
  /** Pauses until then (ms) are counted in the present wait, which is over later by them. */
  shifted?: number;
  /** Facts answered for this wake-up; null when none are at hand. */
  facts: Record<number, Json> | null;
  /** Set when the reducer needs facts before it can go on: the driver must answer with a `view`. */
  needs: number[] | null;
  /**
   * Where in the order of receipt the run stands: the latest event that moved it; null after a timer or a call, when
   * what was received after `since` counts.
   */
  mark: Mark | null;
  /** Mark of the entry event: waits that look back see what was received since. */
  entryMark: Mark | null;
  /** Since format 2. Names this person in this journey. */
  person?: string;
  /** Since format 2. Run time from which what is received counts, when `mark` is null. */
  since?: number;
  /** Since format 2. Ids of the events that brought the run where it stands: they do not count again here. */
  taken?: string[];
  /**
   * Since format 2. Per waiting node, the last event that it was left by with looking back, from where its next visit
   * looks, and those not received later that it was left by as well.
   */
  looked?: Record<string, { mark: Mark; taken: string[] }>;
  /** When the run got to the step that it waits at, where it followed another version since; waits count from then. */
  arrived?: number;
  /** How often it has followed since. */
  followed?: number;
  /** The move that it last took part in. */
  move?: string;
  /** Of a digest: the time is up, and its list is still to be asked for. */
  waited?: boolean;
  /** Since format 2. How many inputs in a row moved the run while no time passed. */
  still?: number;
  /** Nodes that were left and name what undoes them, each once, the one that was left last at the end. */
  undo?: string[];
  /** How the run ends once what it did is undone; null or left out while it doesn't leave early. */
  leaving?: { outcome: RunOutcome; reason: string; trace?: Trace } | null;
  ended: { outcome: 'completed' | 'exited' | 'failed' | 'cancelled'; reason: string } | null;
};

export type Reduction = { state: RunState; commands: Command[] };

/** What a node may say of itself when it is lowered. Ports lead to targets that the compiler fills in. */
export type LowerContext = {
  nodeId: string;
  /** The target of a port; a port without an edge ends the run. */
  to: (port: string) => Target;
  /** Registers a fact and returns its index. */
  fact: (fact: Fact) => number;
};

/** An instruction before the compiler adds node, enter and reads. */
export type Lowered = DistributiveOmit<Instruction, 'node' | 'enter' | 'reads'>;
type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;
