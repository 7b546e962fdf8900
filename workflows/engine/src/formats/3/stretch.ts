import type {
  Command,
  Input,
  Instruction,
  Json,
  JsonObject,
  MoveInput,
  Program,
  RunEvent,
  RunState,
  RunWait,
  ShiftInput,
} from '@wend/contract';
import type { Reduction, Target, Trace } from '@wend/contract';
import { runPathsOf } from '@wend/contract/values';
import { sameJson } from '@wend/contract/values';
import { bindRule, comparesOf } from '../../evaluate.js';
import type { Scene } from '../../evaluate.js';
import { entryPoint } from '../../entry-point.js';
import { factIndexes, factKey } from '../../fact.js';
import { isLater, notBefore } from '../../receipt.js';
import { pickPaths } from '../../value.js';
import { beginLeaving, goOnLeaving, noteDone } from './leaving.js';
import type { Leaving } from './leaving.js';
import { needsFrom, ownNeeds, readersOf } from './needs.js';
import type { WakeInput } from './op.js';
import { reasoned } from './reasoned.js';
import { opOf } from './ops/index.js';

/** More inputs than this that move a run while its clock stands still are a circle: nothing outside drives it. */
const stillLimit = 50;

type State = RunState & Required<Pick<RunState, 'person' | 'since' | 'taken' | 'looked' | 'still'>>;

/** The state of a run before its first input. */
export function startState(): State {
  return {
    format: 3,
    pc: 0,
    visits: {},
    node: null,
    seed: '',
    now: 0,
    enteredAt: 0,
    entry: {},
    run: {},
    wait: null,
    facts: null,
    needs: null,
    mark: null,
    entryMark: null,
    person: '',
    since: 0,
    taken: [],
    looked: {},
    still: 0,
    ended: null,
  };
}

/**
 * One input and what follows from it up to the next block. What an instruction does is said in `ops`; here is what all
 * of them share: visits, waits, where the run stands among what was received, and its end.
 */
export class Stretch {
  readonly commands: Command[] = [];
  readonly state: State;
  /** Set where the run is to go on elsewhere than what it did led to: at what undoes a step. */
  beginsAnew = false;
  private executed = 0;

  constructor(
    readonly program: Program,
    before: State,
  ) {
    this.state = { ...before, visits: { ...before.visits } };
  }

  /** Whether the run waits for this input. */
  takes(input: Input): boolean {
    const { wait, needs, taken } = this.state;
    switch (input.type) {
      case 'enrolled':
        return this.state.entryMark === null;
      case 'view':
        return needs !== null;
      case 'cancel':
      case 'exit':
        // Who is on their way out leaves once.
        return !this.state.leaving;
      case 'timer':
        return wait !== null && this.isOver(wait, input) && !needs;
      case 'event':
        return wait?.kind === 'events' && wait.id === input.wait && !needs && !taken.includes(input.event.id)
          ? this.takesEvent(input)
          : false;
      case 'callDone':
      case 'callFailed':
        return wait?.kind === 'call' && wait.id === input.wait && !needs;
    }
  }

  /** The timer of before may come while the wait is over later. */
  private isOver(wait: RunWait, { wait: id, at }: Extract<WakeInput, { type: 'timer' }>): boolean {
    if (wait.id !== id || wait.kind === 'call' || wait.until === null) return false;
    return this.state.shifted === undefined || at >= wait.until;
  }

  private takesEvent(input: Extract<WakeInput, { type: 'event' }>): boolean {
    const instruction = this.instruction();
    return (instruction && opOf(instruction)?.takesEvent?.(instruction, input, this.state)) ?? false;
  }

  take(input: Input): Reduction {
    const { state } = this;
    if (input.type === 'enrolled') this.enrol(input);
    else if (input.type === 'view') this.resumeWith(input.facts);
    else if (input.type === 'cancel') {
      this.passTime(input.at);
      this.finish('cancelled', input.reason);
    } else if (input.type === 'exit') {
      this.passTime(input.at);
      const { id, name, time, properties } = input.event;
      const event = { id, name, time, properties };
      this.finish('exited', input.criterion, { kind: 'exit', criterion: input.criterion, event });
    } else this.wake(input);
    if (this.beginsAnew) this.advance();
    return { state, commands: this.commands };
  }

  private enrol(input: Extract<Input, { type: 'enrolled' }>): void {
    const { state, program } = this;
    const { mark, properties, id } = input.entry;
    Object.assign(state, {
      pc: entryPoint(program, input.node).pc,
      now: input.at,
      enteredAt: input.at,
      since: input.at,
      seed: input.seed,
      person: input.person ?? input.seed,
      entry: pickPaths(properties, program.entryPaths),
      mark,
      entryMark: mark,
      taken: [id],
      facts: input.facts ?? null,
    });
    for (const exit of program.exits) this.openExit(exit);
    this.advance();
  }

  private openExit({ id, event, where }: Program['exits'][number], again?: true): void {
    const { state } = this;
    const from = notBefore(again ? this.opensAt() : (state.entryMark?.time ?? state.now));
    this.commands.push({
      type: 'openExit',
      criterion: id,
      event,
      notBefore: from,
      ...(where ? { where: bindRule(where, state) } : {}),
      ...(again ? { again } : {}),
    });
  }

  private resumeWith(facts: Record<number, Json>): void {
    this.state.facts = { ...this.state.facts, ...facts };
    this.state.needs = null;
    this.advance();
  }

  /**
   * Goes on in this program, where until now another one was run: at `pc`, which is either another step or, for who
   * follows, what it waits for here. Exit criteria that both have as they are stay as they are open.
   */
  moveFrom(from: Program, pc: number, input: MoveInput): Reduction {
    const { state, program } = this;
    const { node, visit } = input.from;
    const stand = { arrived: this.waitsSince(), mark: state.mark, since: state.since, taken: state.taken };
    this.commands.push({ type: 'moved', move: input.move, node, visit, stand });
    this.endWait();
    state.entry = input.entry;
    for (const { id } of from.exits)
      if (!program.exits.some((other) => other.id === id)) this.commands.push({ type: 'closeExit', criterion: id });
    for (const exit of program.exits) if (!from.exits.some((other) => sameJson(exit, other))) this.openExit(exit, true);
    this.passTime(input.at);
    state.pc = pc;
    if (input.follow) Object.assign(state, { arrived: stand.arrived, followed: (state.followed ?? 0) + 1 });
    else {
      const { move, version, to } = input;
      this.leaveBy(null, { kind: 'moved', move, version, to });
      this.standHere();
    }
    if (input.stand) Object.assign(state, input.stand);
    this.advance();
    return { state, commands: this.commands };
  }

  /** What is waited for here is over at `until`, later by pauses: as if the run had got here later. */
  shift({ at, pauses }: ShiftInput, until: number): Reduction {
    const { state } = this;
    const { wait } = state;
    if (!wait || wait.kind === 'call' || wait.until === null) return { state, commands: [] };
    const arrived = this.waitsSince() + until - wait.until;
    this.passTime(at);
    const shifted = Math.max(state.shifted ?? 0, ...pauses.map(({ to }) => to));
    Object.assign(state, { wait: { ...wait, until }, arrived, shifted });
    this.commands.push({ type: 'shift', wait: wait.id, until });
    return { state, commands: this.commands };
  }

  /** Time goes forward only; what was known of the person is no longer known to be so. */
  private passTime(at: number): void {
    const { state } = this;
    state.still = at > state.now ? 0 : state.still + 1;
    state.now = Math.max(state.now, at);
    state.facts = null;
    state.needs = null;
  }

  private wake(input: WakeInput): void {
    const { state } = this;
    const instruction = this.instruction();
    if (!instruction || !state.wait) return;
    this.passTime(input.at);
    opOf(instruction)?.wake?.(this, instruction, input);
    if (state.still > stillLimit && !state.ended)
      this.finish('failed', `More than ${stillLimit} steps while no time passed: the journey goes round in a circle.`);
  }

  private instruction(): Instruction | undefined {
    return this.program.instructions[this.state.pc];
  }

  /**
   * Runs to the next block: a wait, a call, facts that are not at hand, or the end. Who executes more instructions than
   * there are comes by one twice, which only what counts its turns may ask for.
   */
  advance(): void {
    do {
      this.beginsAnew = false;
      this.runOn();
    } while (this.beginsAnew);
  }

  private runOn(): void {
    const { instructions } = this.program;
    for (this.executed = 0; this.executed <= instructions.length; this.executed += 1) {
      const instruction = this.instruction();
      if (this.state.pc === -1) return this.finish('completed', 'Reached the end');
      if (!instruction) return this.finish('failed', `The program has no instruction ${this.state.pc}.`);
      const op = opOf(instruction);
      if (!op) return this.finish('failed', `This version of Wend does not know the instruction “${instruction.op}”.`);
      if (instruction.enter && this.state.node === null) this.enter(instruction.node);
      if (!op.run(this, instruction)) return;
    }
    this.finish('failed', 'The journey goes round in a circle: no time passes in it.');
  }

  /** The run was sent back, which happens only so often: instructions before this one may come again. */
  mayComeAgain(): void {
    // The one that sends back is not counted either.
    this.executed = -1;
  }

  private enter(node: string): void {
    const visit = this.visitOf(node) + 1;
    this.state.visits[node] = visit;
    this.state.node = node;
    this.commands.push({ type: 'enter', node, visit, at: this.state.now });
  }

  /** How often a node was entered so far. */
  visitOf(node: string): number {
    return this.state.visits[node] ?? 0;
  }

  /** What the run waits for in this visit to a node; `part` counts from 1 where that is several things in turn. */
  waitId(node: string, part?: number): string {
    return `${node}#${this.visitOf(node)}${part === undefined ? '' : `.${part}`}`;
  }

  leave(target: Target, trace?: Trace): void {
    this.leaveBy(target.port, trace);
    this.state.pc = target.pc;
  }

  /**
   * Ends the run; first what it did is undone, where it leaves early and a step says how. In what undoes a step it only
   * ends that.
   */
  finish(outcome: Leaving['outcome'], reason: string, trace?: Trace): void {
    const { leaving, undo } = this.state;
    if (leaving) return goOnLeaving(this, leaving, { reason: outcome === 'failed' ? reason : null, trace });
    const end = { outcome, reason, ...(trace ? { trace } : {}) };
    if (outcome === 'completed' || !undo || undo.length === 0) return this.end(end);
    beginLeaving(this, end);
  }

  end({ outcome, reason, trace }: Leaving): void {
    const { state } = this;
    if (state.wait) this.endWait();
    this.leaveBy(null, trace);
    Object.assign(state, { ended: { outcome, reason }, needs: null, facts: null });
    this.commands.push({ type: 'end', outcome, reason, at: state.now, ...(trace ? { trace } : {}) });
  }

  leaveBy(port: string | null, trace?: Trace): void {
    const { node, now, arrived } = this.state;
    this.state.node = null;
    if (arrived !== undefined) {
      delete this.state.arrived;
      delete this.state.followed;
      delete this.state.shifted;
      // They were asked for as of then.
      this.state.facts = null;
    }
    if (node === null) return;
    noteDone(this, node, port);
    const visit = this.visitOf(node);
    this.commands.push({ type: 'leave', node, visit, at: now, port, ...(trace ? { trace } : {}) });
  }

  /** Closes the run's wait; what a custom node had kept for itself. */
  endWait(): { memo?: Json } {
    const { wait } = this.state;
    if (wait && wait.kind !== 'call') this.commands.push({ type: 'closeWait', wait: wait.id });
    this.state.wait = null;
    return wait?.kind === 'events' && wait.memo !== undefined ? { memo: wait.memo } : {};
  }

  /** When a wait was due, and when it ended. */
  dueOf(wait: RunState['wait']): { due: number; at: number } {
    const { now } = this.state;
    return { due: wait && wait.kind !== 'call' ? (wait.until ?? now) : now, at: now };
  }

  /** From when what is waited for here counts, run time in ms. */
  waitsSince(): number {
    return this.state.arrived ?? this.state.now;
  }

  /** When a wait that opens now opens: when the event happened that brought the run here, or now. */
  opensAt(): number {
    const { mark, since } = this.state;
    return mark ? mark.time : since;
  }

  /** From now on what is received counts, and nothing before. */
  standHere(): void {
    Object.assign(this.state, { mark: null, since: this.state.now, taken: [] });
  }

  /** The run stands at this event, unless it stood further already: then the event was found by looking back. */
  standAt(event: RunEvent, lookedBack: boolean): void {
    const { state } = this;
    const further = state.mark
      ? isLater(event.mark, state.mark)
      : !lookedBack || (event.mark.received ?? event.time) > state.since;
    if (!further) {
      state.taken = [...state.taken, event.id];
      return;
    }
    Object.assign(state, { mark: event.mark, taken: [event.id] });
    // Driven from outside: a person may do much in one instant.
    state.still = 0;
  }

  /** A node was left by this event looking back. One that became visible late may lie before one taken earlier. */
  lookedBack(node: string, { id, mark }: RunEvent): void {
    const { state } = this;
    const before = state.looked[node];
    const after =
      !before || isLater(mark, before.mark) ? { mark, taken: [] } : { ...before, taken: [...before.taken, id] };
    state.looked = { ...state.looked, [node]: after };
  }

  /** Keeps what a node came to. Exit criteria that compare with it get their filters anew. */
  keepOutput(node: string, output: Json): void {
    this.state.run = { ...this.state.run, [node]: output };
    this.commands.push({ type: 'output', node, output });
    const speaksOfIt = (path: string): boolean => path === node || path.startsWith(`${node}.`);
    for (const exit of this.program.exits) {
      if (exit.where && comparesOf(exit.where).flatMap(runPathsOf).some(speaksOfIt)) this.openExit(exit, true);
    }
  }

  /** The same in the middle of a stretch: what was answered by the result of before is asked anew. */
  giveOutput(node: string, output: Json): void {
    this.keepOutput(node, output);
    const stale = new Set(readersOf(this.program, node));
    this.state.facts =
      this.state.facts &&
      Object.fromEntries(Object.entries(this.state.facts).filter(([index]) => !stale.has(Number(index))));
  }

  /** Stops the stretch when a fact that it needs here is not at hand, and asks for all that it may need after it. */
  asks(instruction: Instruction): boolean {
    const own = ownNeeds(this.program, instruction);
    if (own.every((index) => this.knows(index))) return false;
    // As of when the run got here, only what it waits for is asked.
    const all = this.state.arrived === undefined ? needsFrom(this.program, this.state.pc) : own;
    this.state.needs = all.filter((index) => !this.knows(index));
    return true;
  }

  /**
   * The answer to a claim, asked for alone and only here: what it decides is decided for good, so that nobody asks ahead.
   * Null when it is still to be answered. An answer is for one visit.
   */
  claimed(index: number): JsonObject | null {
    const { state } = this;
    if (!this.knows(index)) {
      state.needs = [index];
      return null;
    }
    const { [index]: answer, ...facts } = state.facts ?? {};
    state.facts = facts;
    return reasoned(answer) ?? {};
  }

  private knows(index: number): boolean {
    return this.state.facts !== null && index in this.state.facts;
  }

  /** What rules see here. */
  scene(): Scene {
    const { state, program } = this;
    return {
      entry: state.entry,
      run: state.run,
      fact: (fact) => state.facts?.[factIndexes(program).get(factKey(fact)) ?? -1],
    };
  }
}
