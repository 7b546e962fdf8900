import type {
  ArmCount,
  Command,
  JsonObject,
  Mark,
  OpenArm,
  Stand,
  StepInput,
  Trace,
  TraitChange,
} from '@wend/contract';
import { changesOf } from '@wend/engine';
import type { CommitRequest } from '@wend/temporal';

type VisitRow = {
  node: string;
  visit: number;
  place: number;
  entered_at: string;
  left_at: string | null;
  port: string | null;
  trace: Trace | null;
};
export type WaitInsert = {
  event: string;
  wait: string;
  arm: number;
  rule: unknown;
  message_of: string | null;
  message_visit: number | null;
  not_before: string | null;
  position: string | null;
  snapshot: string | null;
  since: string | null;
  taken: string[] | null;
  paths: string[] | null;
  ways: ArmCount[][] | null;
};
type Request = Pick<
  CommitRequest,
  'unheld' | 'commands' | 'inputs' | 'mark' | 'since' | 'taken' | 'entryMark' | 'eventPaths' | 'at' | 'identity'
>;

/** The rows that a step's commands come to. */
export type Writes = {
  entered: VisitRow[];
  left: Omit<VisitRow, 'entered_at' | 'place'>[];
  messages: { node: string; visit: number; channel: string; at: string; transactional: boolean }[];
  waits: WaitInsert[];
  /** The exit criteria among them, also those of a run that ends in the same step. */
  exits: WaitInsert[];
  /** Waits opened by this step: what they missed is looked up after the commit. */
  opened: string[];
  /** Names of the events that they wait for. */
  awaits: string[];
  closed: string[];
  /** Questions that approval steps ask with their waits. */
  asked: { node: string; visit: number; wait: string; at: string; due: string | null }[];
  /** Waits whose time was up. */
  expired: string[];
  timer: { wait: string; until: string } | null;
  /** A wait that is open is over later. */
  shifted: boolean;
  traits: TraitChange[];
  acts: { node: string; visit: number; kind: string; settings: JsonObject; at: string }[];
  /** The run goes on in another version, or is taken back to the one before; what it would be taken back with. */
  moved: { move: string; back: boolean; stand: Stand } | null;
  /** The events that brought a run here which asks for something; none where it asks for nothing. */
  actsBecauseOf: string[];
  /** `leaving`: the run only begins to undo what it did. */
  end: { status: string; reason: string; leaving?: true } | null;
  /** The step ends a run by a cancel, or undoes what it did: allowed while the journey is paused or stopped. */
  cancelled: boolean;
  deltas: { node: string; measure: string; count: number; seconds: number }[];
};

const iso = (ms: number): string => new Date(ms).toISOString();

/** Turns the commands of one step into rows, in the order in which they were decided. Pure. */
export function writesOf(request: Request): Writes {
  const writes: Writes = {
    entered: [],
    left: [],
    messages: [],
    waits: [],
    exits: [],
    opened: [],
    awaits: [],
    closed: [],
    asked: [],
    expired: request.inputs.flatMap((input) => (input.type === 'timer' ? [input.wait] : [])),
    timer: null,
    shifted: false,
    traits: [],
    acts: [],
    actsBecauseOf: [],
    moved: null,
    end: null,
    cancelled: request.unheld ?? false,
    deltas: [],
  };
  for (const command of request.commands) add(writes, command, request);
  // What was opened and closed within the step never was.
  writes.waits = writes.waits.filter(
    (wait) => !writes.closed.includes(wait.wait) || exitCriterionOf(wait.wait) !== null,
  );
  writes.exits = writes.waits.filter((row) => exitCriterionOf(row.wait) !== null);
  writes.asked = writes.asked.filter(({ wait }) => !writes.closed.includes(wait));
  if (writes.timer && writes.closed.includes(writes.timer.wait)) writes.timer = null;
  if (writes.end) Object.assign(writes, { waits: [], timer: null });
  writes.opened = [...new Set(writes.waits.map((wait) => wait.wait))];
  writes.awaits = writes.waits.map((wait) => wait.event);
  if (writes.acts.length > 0) writes.actsBecauseOf = request.inputs.flatMap(eventIdsOf);
  return writes;
}

function eventIdsOf(input: StepInput): string[] {
  if (!('event' in input)) return [];
  const gathered = input.type === 'event' ? (input.gathered ?? []) : [];
  return [input.event.id, ...gathered.map(({ event }) => event.id)];
}

function add(writes: Writes, command: Command, request: Request): void {
  switch (command.type) {
    case 'enter':
      writes.entered.push({
        node: command.node,
        visit: command.visit,
        place: writes.entered.length,
        entered_at: iso(command.at),
        left_at: null,
        port: null,
        trace: null,
      });
      writes.deltas.push({ node: command.node, measure: 'entered', count: 1, seconds: 0 });
      return;
    case 'leave':
      return leave(writes, command);
    case 'send':
      writes.messages.push({
        node: command.node,
        visit: command.visit,
        channel: command.channel,
        at: iso(command.at),
        transactional: command.messageClass === 'transactional',
      });
      return;
    case 'set':
    case 'change':
      writes.traits.push(...changesOf(command));
      return;
    case 'act': {
      const { node, visit, kind, settings, at } = command;
      writes.acts.push({ node, visit, kind, settings, at: iso(at) });
      return;
    }
    case 'openWait':
      for (const [index, arm] of command.arms.entries())
        writes.waits.push(
          waitRow({ arm, index, wait: command.wait, whole: command.whole ?? false, ways: command.ways, request }),
        );
      if (command.until !== null) writes.timer = { wait: command.wait, until: iso(command.until) };
      if (command.asks) writes.asked.push(questionOf(command, request));
      return;
    case 'openExit':
      // The filter may change within the step: the last one counts.
      writes.waits = writes.waits.filter((row) => row.wait !== exitWait(command.criterion));
      writes.waits.push(
        waitRow({
          arm: { ...command, lookBack: !command.again },
          index: 0,
          wait: exitWait(command.criterion),
          whole: false,
          request,
        }),
      );
      return;
    case 'shift':
      writes.timer = { wait: command.wait, until: iso(command.until) };
      writes.shifted = true;
      return;
    case 'closeWait':
      writes.closed.push(command.wait);
      return;
    case 'closeExit':
      writes.closed.push(exitWait(command.criterion));
      return;
    case 'moved': {
      const { move, stand } = command;
      const back = request.inputs.some((input) => input.type === 'moved' && input.stand !== undefined);
      writes.moved = { move, back, stand };
      return;
    }
    case 'end':
      writes.end = { status: command.outcome, reason: command.reason };
      writes.cancelled ||= command.outcome === 'cancelled';
      return;
    case 'leaving':
      writes.end = { status: command.outcome, reason: command.reason, leaving: true };
      return;
    case 'output':
    case 'call':
      return;
  }
}

/** A wait that asks is named `node#visit`. */
function questionOf(
  { wait, node, until }: Extract<Command, { type: 'openWait' }>,
  { at }: Request,
): Writes['asked'][number] {
  const visit = Number(wait.slice(node.length + 1));
  return { node, visit, wait, at: iso(at), due: until === null ? null : iso(until) };
}

function leave(writes: Writes, command: Extract<Command, { type: 'leave' }>): void {
  const at = iso(command.at);
  const entered = writes.entered.find((row) => row.node === command.node && row.visit === command.visit);
  if (!entered) {
    writes.left.push({
      node: command.node,
      visit: command.visit,
      left_at: at,
      port: command.port,
      trace: command.trace ?? null,
    });
    return;
  }
  Object.assign(entered, { left_at: at, port: command.port, trace: command.trace ?? null });
  writes.deltas.push({
    node: command.node,
    measure: `port:${command.port ?? ''}`,
    count: 1,
    seconds: (command.at - Date.parse(entered.entered_at)) / 1_000,
  });
}

/** The `waits.wait` of an exit criterion. */
function exitWait(criterion: string): string {
  return `exit:${criterion}`;
}

/** The exit criterion that a `waits.wait` is of; null for what a run waits for. */
export function exitCriterionOf(wait: string): string | null {
  return wait.startsWith('exit:') ? wait.slice(5) : null;
}

type WaitRowOptions = {
  arm: Omit<OpenArm, 'since'> & { since?: Mark };
  index: number;
  wait: string;
  whole: boolean;
  ways?: ArmCount[][] | undefined;
  request: Request;
};

/**
 * After an event a wait sees what was received after that event. After a timer or a call it sees what was received
 * after the run's time; runs whose time is not the clock's see what commits after this step. With looking back it sees
 * what was received since the entry, or since the event that the same step was left by before.
 */
function waitRow({ arm, index, wait, whole, ways, request }: WaitRowOptions): WaitInsert {
  const mark = arm.lookBack ? (arm.since ?? request.entryMark) : request.mark;
  const since = mark === null && request.identity.origin === 'live' ? iso(request.since) : null;
  // Whoever waits from the run's place on is past the event that brought it there.
  const taken = arm.lookBack || request.taken.length > 1 ? [...request.taken, ...(arm.taken ?? [])] : [];
  return {
    event: arm.event,
    wait,
    arm: index,
    rule: arm.where ?? null,
    message_of: arm.messageOf ?? null,
    message_visit: arm.messageVisit ?? null,
    not_before: arm.notBefore === undefined ? null : iso(arm.notBefore),
    position: mark?.position ?? null,
    snapshot: mark?.snapshot || null,
    since,
    taken: taken.length > 0 ? taken : null,
    paths: whole ? null : (request.eventPaths[arm.event] ?? []),
    ways: ways ?? null,
  };
}
