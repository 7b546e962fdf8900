import {
  actsAsked,
  fold,
  hasMoved,
  initialState,
  isLater,
  neededFacts,
  reduceStep,
  stepOf,
  traitsChanged,
  traitsSet,
} from '@wend/engine/run';
import type { Folded } from '@wend/engine/run';
import type { Command, Input, Json, Program, RunState, ShiftInput, StepInput } from '@wend/contract';
import type { CommitAnswer, CommitRequest, EnrollmentStart, ReadRequest, RunIdentity, RunSignal } from './protocol.js';

/**
 * What a run has around it: in production a Temporal workflow, in tests anything that keeps the same promises. Timers
 * and calls answer at most once and not after they were cancelled.
 */
export type Surroundings = {
  workflowId: string;
  /** The run's time, ms since 1970. */
  now: () => number;
  read: (request: ReadRequest) => Promise<Record<number, Json>>;
  commit: (request: CommitRequest) => Promise<CommitAnswer>;
  /** Calls `fire` at `until`, or at once when that is past; returns what cancels it. */
  startTimer: (timer: { wait: string; name: string; until: number; fire: () => void }) => () => void;
  /** Calls `settle` with what a custom node comes to; returns what cancels it. */
  startCall: (call: {
    command: CallCommand;
    identity: RunIdentity;
    name: string;
    at: number;
    run: RunState['run'];
    settle: (result: CallResult) => void;
  }) => () => void;
  /** Whether it is time to end this execution and to go on in a new one. */
  shouldGoOnAnew: () => boolean;
  goOnAnew: (start: EnrollmentStart) => Promise<never>;
};

export type CallCommand = Extract<Command, { type: 'call' }>;
export type CallResult =
  | Pick<Extract<Input, { type: 'callDone' }>, 'type' | 'outcome'>
  | Pick<Extract<Input, { type: 'callFailed' }>, 'type' | 'code' | 'message'>;

/** The pure engine could not run the program. */
export class EngineFault extends Error {}

function engine<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new EngineFault(error instanceof Error ? error.message : String(error));
  }
}

/**
 * Inputs being folded: `given` all of them, `queue` those to come, `folded` those that moved the run, `later` those for
 * the next step.
 */
type Folding = { given: readonly StepInput[]; queue: StepInput[]; folded: Folded; later: StepInput[] };

/**
 * Drives one enrollment: folds what reaches it, commits what that comes to, and waits for more. It decides nothing. One
 * wake-up does at most one read (one more when it set traits that later steps ask for) and one commit per step; what a
 * step's commit answers is folded, not what the driver believes it sent. Only inputs that moved the run were taken:
 * others are not recorded, and the commit looks for them again.
 */
export class Driver {
  private state: RunState;
  private step: number;
  private inbox: RunSignal[];
  private fired: StepInput[] = [];
  /** Inputs that a pause keeps from being folded. */
  private held: StepInput[] = [];
  private timer: { wait: string; until: number; cancel: () => void } | null = null;
  private call: { wait: string; cancel: () => void } | null = null;
  private wake: (() => void) | null = null;
  /** What the run was told to go on with, by the hash of its program. */
  private readonly versions = new Map<string, { program: Program; versionId: string }>();

  constructor(
    private start: EnrollmentStart,
    private readonly surroundings: Surroundings,
  ) {
    this.state = start.snapshot?.state ?? initialState(start.program);
    this.step = start.snapshot?.step ?? 0;
    this.inbox = [...(start.snapshot?.inbox ?? [])];
    for (const signal of this.inbox) this.note(signal);
  }

  private note(signal: RunSignal): void {
    if (signal.type !== 'move') return;
    const { program, versionId } = signal;
    this.versions.set(signal.move.program, { program, versionId });
  }

  private readonly programOf = (hash: string): Program | undefined => this.versions.get(hash)?.program;

  receive(signal: RunSignal): void {
    this.note(signal);
    this.inbox.push(signal);
    this.wake?.();
  }

  /** Until the run has ended. Throws an `EngineFault` when the program cannot be run. */
  async drive(): Promise<{ outcome: string; reason: string }> {
    if (!this.start.snapshot) await this.take([this.start.first]);
    else await this.goOn();
    while (!this.state.ended) {
      if (this.surroundings.shouldGoOnAnew() && this.call === null && this.fired.length === 0 && this.held.length === 0)
        await this.surroundings.goOnAnew({ ...this.start, snapshot: this.snapshot() });
      if (this.inbox.length === 0 && this.fired.length === 0)
        await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
      await this.take(this.nextInputs());
    }
    this.disarm();
    return this.state.ended;
  }

  /** Lets go of what is under way. */
  disarm(): void {
    this.timer = null;
    this.dropCall();
  }

  private snapshot(): NonNullable<EnrollmentStart['snapshot']> {
    this.dropTimer();
    return { state: this.state, step: this.step, inbox: this.inbox };
  }

  private now(): number {
    return this.surroundings.now();
  }

  private fire(input: Input): void {
    this.fired.push(input);
    this.wake?.();
  }

  /**
   * From a snapshot: its wait may be over already, and what woke it reaches the inbox only after this function began.
   */
  private async goOn(): Promise<void> {
    await Promise.resolve();
    const { wait } = this.state;
    if (wait && wait.kind !== 'call' && wait.until !== null && wait.until <= this.now())
      this.fire({ type: 'timer', at: this.now(), wait: wait.id });
    else if (this.inbox.length === 0) this.arm([]);
  }

  /**
   * A resume only lets held inputs be tried again; a cancel leaves nothing else to be done, least of all what was held.
   * Who is on their way out already is not ended twice.
   */
  private nextInputs(): StepInput[] {
    const signals = this.inbox.splice(0).flatMap((signal) => this.inputOf(signal));
    const held = this.held.splice(0).flatMap((input) => this.afterHold(input));
    const inputs = [...held, ...signals, ...this.fired.splice(0)];
    const all = this.state.leaving ? inputs.filter((input) => input.type !== 'cancel') : inputs;
    const cancel = all.find((input) => input.type === 'cancel');
    return cancel ? [cancel] : this.inOrder(all);
  }

  /**
   * Events in the order of their receipt, whatever order they got here in; what was received in time before the timer,
   * and what was received later after it, whichever gets here first. What ends the run goes before the answer of a
   * custom node and before the entry, and nothing else can.
   */
  private inOrder(inputs: StepInput[]): StepInput[] {
    const fired = inputs.filter((input) => input.type === 'timer');
    const { wait, followed } = this.state;
    // The time of the wait that was left by following may have come meanwhile: it says nothing of the new one.
    const timers = followed === undefined ? fired : fired.filter((input) => input.wait === wait?.id);
    const others = inputs.filter((input) => input.type !== 'timer');
    // As runs of this format were recorded: their histories must replay.
    if (this.start.program.format === 1) return [...others, ...timers];
    const events = others.filter((input) => 'event' in input).sort(byReceipt);
    const rest = others.filter((input) => !('event' in input) && input.type !== 'shifted');
    const shifts = others.filter((input) => input.type === 'shifted').sort(byPause);
    const late = events.filter((input) => this.isLate(input));
    return [
      ...events.filter((input) => !late.includes(input)),
      ...rest,
      ...shifts,
      ...(late.length > 0 && timers.length === 0 ? this.timeIsUp() : timers),
      ...late,
    ];
  }

  private timeIsUp(): Input[] {
    return this.state.wait ? [{ type: 'timer', at: this.now(), wait: this.state.wait.id }] : [];
  }

  /** Only of live runs it is known: they have the clock by which events are received. */
  private isLate(input: StepInput): boolean {
    const { wait } = this.state;
    if (input.type !== 'event' || !wait || wait.kind === 'call' || wait.until === null) return false;
    return input.wait === wait.id && (input.event.mark.received ?? 0) > wait.until;
  }

  /** What was known while the run was held may have changed: facts are asked for anew. */
  private afterHold(input: StepInput): StepInput[] {
    // Of pauses it is told again, and of this one too.
    if (input.type === 'view' || input.type === 'shifted') return [];
    // Runs of format 1 went on with the facts that they had: their histories must replay.
    if (input.type !== 'enrolled' || this.start.program.format === 1) return [{ ...input, at: this.now() }];
    const { facts: _, ...rest } = input;
    return [{ ...rest, at: this.now() }];
  }

  private inputOf(signal: RunSignal): StepInput[] {
    if (signal.type === 'resume') return [];
    if (signal.type === 'move') return [{ ...signal.move, type: 'moved', at: this.now() }];
    if (signal.type === 'paused') return [{ ...signal, type: 'shifted', at: this.now() }];
    return [{ ...signal, at: this.now() }];
  }

  /** Takes inputs until a commit settles them. */
  private async take(first: StepInput[]): Promise<void> {
    let given = first;
    for (;;) {
      const folding = this.beginFolding(given);
      while (!this.foldOn(folding)) folding.queue.unshift(await this.readFacts(folding));
      const { folded } = folding;
      if (folded.commands.length === 0) return this.arm([]);
      const answer = await this.surroundings.commit({
        identity: this.startWith(folded).identity,
        workflowId: this.surroundings.workflowId,
        step: this.step,
        offered: eventIds(given),
        ...pausesIn(given),
        ...stepOf(this.state, folded),
      });
      if (answer.outcome === 'applied') return this.apply(answer, folding);
      if (answer.outcome === 'eventsFirst')
        given = this.inOrder([...answer.events.flatMap((event) => this.inputOf(event)), ...given]);
      else if (answer.outcome === 'stopped') given = [{ type: 'cancel', at: this.now(), reason: answer.reason }];
      else if (answer.outcome === 'held') {
        this.held = [...given];
        return;
      } else {
        this.state = { ...this.state, ended: { outcome: 'cancelled', reason: 'The enrollment was erased' } };
        return;
      }
    }
  }

  private beginFolding(given: StepInput[]): Folding {
    const { state, start } = this;
    const folded = { inputs: [], program: start.program, state, commands: [] };
    return { given, queue: [...given], folded, later: [] };
  }

  /** How a run starts that is of the version which it is of after this. */
  private startWith({ inputs, program }: Pick<Folded, 'inputs' | 'program'>): EnrollmentStart {
    const moved = inputs.findLast((input) => input.type === 'moved');
    const version = moved && this.versions.get(moved.program);
    if (!version) return this.start;
    return { ...this.start, program, identity: { ...this.start.identity, versionId: version.versionId } };
  }

  /**
   * Folds until nothing is left (true) or facts are needed (false). Where something has moved the run, what ends it
   * waits for the next step: between the two may lie what only the commit finds. So does what takes it to another version,
   * whose step holds nothing else.
   */
  private foldOn({ queue, folded, later }: Folding): boolean {
    for (let input = queue.shift(); input; input = queue.shift()) {
      const next = input;
      const ends = next.type === 'exit' && folded.program.format > 1;
      const isApart = next.type === 'moved' || folded.inputs.some(({ type }) => type === 'moved');
      if ((ends || (isApart && next.type !== 'view')) && folded.commands.length > 0) {
        later.push(next);
        continue;
      }
      const reduced = engine(() => reduceStep(folded, next, this.programOf));
      if (!hasMoved(folded.state, next, reduced)) continue;
      folded.inputs.push(next);
      folded.program = reduced.program;
      folded.state = reduced.state;
      folded.commands.push(...reduced.commands);
      if (folded.state.needs) return false;
    }
    return true;
  }

  private async readFacts({ folded }: Folding): Promise<Input> {
    const { program, state, commands } = folded;
    const { identity } = this.startWith(folded);
    const traits = traitsSet(commands);
    const changes = traitsChanged(commands);
    const acts = actsAsked(commands);
    const facts = await this.surroundings.read({
      identity,
      at: state.arrived ?? state.now,
      facts: engine(() => neededFacts(program, state)),
      ...(traits ? { traits } : {}),
      ...(changes ? { changes } : {}),
      ...(acts ? { acts } : {}),
    });
    return { type: 'view', at: this.now(), facts };
  }

  private apply(answer: Extract<CommitAnswer, { outcome: 'applied' }>, { given, folded, later }: Folding): void {
    let { program, inputs, state, commands } = folded;
    if (!answer.stored) this.fired.unshift(...later);
    // Answers that were recorded by earlier versions tell of one step.
    const steps = answer.stored ?? (answer.inputs ? [answer.inputs] : null);
    if (steps) {
      // A process that was killed had committed this step, and perhaps more: exactly that counts, and what it left out
      // is still to be taken.
      const stored = steps.flat();
      inputs = stored;
      ({ program, state, commands } = engine(() =>
        fold({ program: this.start.program, state: this.state }, stored, this.programOf),
      ));
      this.fired.unshift(
        ...given.filter((input) => input.type !== 'enrolled' && !stored.some((other) => sameInput(input, other))),
      );
    }
    this.start = this.startWith({ inputs, program });
    this.state = state;
    this.step += steps?.length ?? 1;
    for (const signal of answer.missed)
      if (!this.inbox.some((other) => sameSignal(other, signal))) this.inbox.push(signal);
    this.arm(commands);
  }

  /** Starts and ends the timer and the activity that the state asks for. */
  private arm(commands: Command[]): void {
    const { wait } = this.state;
    const until = wait && wait.kind !== 'call' ? wait.until : null;
    if (this.timer && (this.timer.wait !== wait?.id || this.timer.until !== until)) this.dropTimer();
    if (this.call && this.call.wait !== wait?.id) this.dropCall();
    if (wait && wait.kind !== 'call' && wait.until !== null && !this.timer) this.startTimer(wait.id, wait.until);
    const call = commands.findLast((command) => command.type === 'call');
    if (wait?.kind === 'call' && call?.wait === wait.id && !this.call) this.startCall(call);
  }

  private dropTimer(): void {
    this.timer?.cancel();
    this.timer = null;
  }

  private dropCall(): void {
    this.call?.cancel();
    this.call = null;
  }

  private startTimer(wait: string, until: number): void {
    const fire = (): void => {
      if (this.timer?.wait === wait && this.timer.until === until) this.timer = null;
      this.fire({ type: 'timer', at: Math.max(this.now(), until), wait });
    };
    this.timer = { wait, until, cancel: this.surroundings.startTimer({ wait, name: this.nameOf(wait), until, fire }) };
  }

  /** What is said of a wait where a run is looked at from outside. */
  private nameOf(wait: string): string {
    const node = wait.split('#')[0] ?? wait;
    return `${node}: ${this.start.program.names[node] ?? node}`.slice(0, 200);
  }

  private startCall(command: CallCommand): void {
    const { wait } = command;
    const settle = (result: CallResult): void => {
      if (this.call?.wait === wait) this.call = null;
      this.fire({ ...result, at: this.now(), wait });
    };
    this.call = {
      wait,
      cancel: this.surroundings.startCall({
        command,
        identity: this.start.identity,
        name: this.nameOf(wait),
        at: this.state.now,
        run: this.state.run,
        settle,
      }),
    };
  }
}

function pausesIn(inputs: readonly StepInput[]): { pauses?: string[] } {
  const pauses = inputs.flatMap((input) => (input.type === 'shifted' ? input.pauses.map(({ id }) => id) : []));
  return pauses.length > 0 ? { pauses } : {};
}

function eventIds(inputs: readonly StepInput[]): string[] {
  return inputs.flatMap((input) =>
    'event' in input ? [input.event.id] : input.type === 'enrolled' ? [input.entry.id] : [],
  );
}

type EventInput = Extract<Input, { event: unknown }>;

/** Each counts from where the one before has moved the wait. */
function byPause({ pauses: [a] }: ShiftInput, { pauses: [b] }: ShiftInput): number {
  return (a?.from ?? 0) - (b?.from ?? 0);
}

/** What ends the run first, when one event does both. */
function byReceipt(a: EventInput, b: EventInput): number {
  if (a.event.mark.position === b.event.mark.position) return Number(b.type === 'exit') - Number(a.type === 'exit');
  return isLater(a.event.mark, b.event.mark) ? 1 : -1;
}

function sameInput(a: StepInput, b: StepInput): boolean {
  if (a.type !== b.type) return false;
  if (a.type === 'moved' && b.type === 'moved') return a.move === b.move;
  if ('event' in a && 'event' in b)
    return a.event.id === b.event.id && ('wait' in a && 'wait' in b ? a.wait === b.wait : true);
  return 'wait' in a && 'wait' in b ? a.wait === b.wait : true;
}

function sameSignal(a: RunSignal, b: RunSignal): boolean {
  if (a.type !== b.type) return false;
  if (a.type === 'move' && b.type === 'move') return a.move.move === b.move.move;
  return 'event' in a && 'event' in b
    ? a.event.id === b.event.id && ('wait' in a && 'wait' in b ? a.wait === b.wait : true)
    : true;
}
