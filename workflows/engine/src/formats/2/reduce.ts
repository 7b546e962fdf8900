import { pathKeys } from '@wend/contract/values';
import { comparesOf, bindRule, evaluate } from './evaluate.js';
import type { Scene } from './evaluate.js';
import { factIndexes, factKey } from '../../fact.js';
import { entryPoint } from '../../entry-point.js';
import { drawOf, pickPaths, valueAt } from './value.js';
import { isLater, notBefore } from './receipt.js';
import type { Interpreter } from '../interpreter.js';
import type {
  Command,
  EventArm,
  Fact,
  Input,
  Instruction,
  Json,
  JsonObject,
  OpenArm,
  Program,
  Reduction,
  RunEvent,
  RunState,
  Target,
  Trace,
} from '@wend/contract';

/** More inputs than this that move a run while its clock stands still are a circle: nothing outside drives it. */
const stillLimit = 50;

type State = RunState & Required<Pick<RunState, 'person' | 'since' | 'taken' | 'looked' | 'still'>>;

function initialState(): State {
  return {
    format: 2,
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

function reduce(program: Program, state: RunState, input: Input): Reduction {
  if (state.ended) return { state, commands: [] };
  const stretch = new Stretch(program, { ...initialState(), ...state });
  return stretch.takes(input) ? stretch.take(input) : { state, commands: [] };
}

export const format2: Interpreter = { initialState, reduce };

function eventOf({ id, name, time, properties }: RunEvent): {
  id: string;
  name: string;
  time: number;
  properties: JsonObject;
} {
  return { id, name, time, properties };
}

type AfterSetOptions = {
  fact: Fact | undefined;
  value: Json;
  traits: JsonObject;
  index: string;
};

/** One input and what follows from it up to the next block. */
class Stretch {
  private readonly commands: Command[] = [];
  private readonly state: State;

  constructor(
    private readonly program: Program,
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
        return true;
      case 'timer':
        return wait !== null && wait.id === input.wait && !needs && wait.kind !== 'call' && wait.until !== null;
      case 'event':
        return (
          wait?.kind === 'events' &&
          wait.id === input.wait &&
          !needs &&
          !taken.includes(input.event.id) &&
          this.arm(input) !== undefined
        );
      case 'callDone':
      case 'callFailed':
        return wait?.kind === 'call' && wait.id === input.wait && !needs;
    }
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
      this.finish('exited', input.criterion, { kind: 'exit', criterion: input.criterion, event: eventOf(input.event) });
    } else this.wake(input);
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

  /** Time goes forward only; what was known of the person is no longer known to be so. */
  private passTime(at: number): void {
    const { state } = this;
    state.still = at > state.now ? 0 : state.still + 1;
    state.now = Math.max(state.now, at);
    state.facts = null;
    state.needs = null;
  }

  /** From now on what is received counts, and nothing before. */
  private standHere(): void {
    Object.assign(this.state, { mark: null, since: this.state.now, taken: [] });
  }

  /** The run stands at this event, unless it stood further already: then the event was found by looking back. */
  private standAt(event: RunEvent, lookedBack: boolean): void {
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

  private wake(input: Extract<Input, { wait: string }>): void {
    const { state } = this;
    const instruction = this.program.instructions[state.pc];
    if (!instruction || !state.wait) return;
    this.passTime(input.at);
    if (input.type === 'event') this.wakeByEvent(instruction, input);
    else if (input.type === 'timer') this.wakeByTimer(instruction, state.wait);
    else if (instruction.op === 'call') {
      if (input.type === 'callDone') this.takeOutcome(instruction, input);
      else this.takeFailure(instruction, input);
    }
    if (state.still > stillLimit && !state.ended)
      this.finish('failed', `More than ${stillLimit} steps while no time passed: the journey goes round in a circle.`);
  }

  private wakeByTimer(instruction: Instruction, wait: NonNullable<RunState['wait']>): void {
    const memo = this.endWait();
    this.standHere();
    if (instruction.op === 'call') return this.callAgain(instruction, wait.id, { reason: 'timer', ...memo });
    const target =
      instruction.op === 'wait'
        ? instruction.target
        : instruction.op === 'waitFor'
          ? instruction.timeout?.target
          : undefined;
    if (!target) return;
    const due = wait.kind === 'call' ? this.state.now : (wait.until ?? this.state.now);
    const because = wait.kind === 'time' && wait.because ? { because: wait.because } : {};
    this.leave(target, { kind: 'timer', due, at: this.state.now, port: target.port, ...because });
    this.advance();
  }

  /** The arm that an event is for: null for a wait of a custom node, undefined when there is none. */
  private arm(input: Extract<Input, { type: 'event' }>): EventArm | null | undefined {
    const instruction = this.program.instructions[this.state.pc];
    if (instruction?.op === 'call') return null;
    return instruction?.op === 'waitFor' ? instruction.arms[input.arm] : undefined;
  }

  private wakeByEvent(instruction: Instruction, input: Extract<Input, { type: 'event' }>): void {
    const { state } = this;
    const arm = this.arm(input);
    const wait = input.wait;
    const memo = this.endWait();
    this.standAt(input.event, arm?.lookBack ?? false);
    if (instruction.op === 'call')
      return this.callAgain(instruction, wait, { reason: 'event', event: input.event, ...memo });
    if (!arm) return;
    if (arm.lookBack)
      state.looked = { ...state.looked, [instruction.node]: this.lookedAt(instruction.node, input.event) };
    const trace = arm.where ? evaluate(bindRule(arm.where, state), { property: input.event.properties }) : undefined;
    if (arm.keep !== undefined) this.keepOutput(instruction.node, input.event.properties[arm.keep] ?? null);
    this.leave(arm.target, {
      kind: 'event',
      event: eventOf(input.event),
      port: arm.target.port,
      ...(trace ? { trace } : {}),
    });
    this.advance();
  }

  /** An event that became visible late may lie before one that was taken earlier. */
  private lookedAt(node: string, { id, mark }: RunEvent): State['looked'][string] {
    const before = this.state.looked[node];
    return !before || isLater(mark, before.mark) ? { mark, taken: [] } : { ...before, taken: [...before.taken, id] };
  }

  private takeOutcome(
    instruction: Extract<Instruction, { op: 'call' }>,
    { wait, outcome }: Extract<Input, { type: 'callDone' }>,
  ): void {
    const { state } = this;
    if (outcome.kind === 'done') return this.takeDone(instruction, outcome);
    this.endWait();
    if (outcome.kind === 'exit')
      return this.finish('completed', outcome.reason, { kind: 'end', reason: outcome.reason });
    const memo = outcome.memo === undefined ? {} : { memo: outcome.memo };
    const id = `${instruction.node}#${this.visitOf(instruction.node)}.${partOf(wait) + 1}`;
    const until =
      outcome.kind === 'sleep'
        ? Math.max(outcome.until, state.now)
        : outcome.timeoutSeconds === undefined
          ? null
          : state.now + outcome.timeoutSeconds * 1_000;
    // The run stands where the call began: what was received while the node worked may be the answer to what it did.
    const arms =
      outcome.kind === 'sleep'
        ? []
        : [
            {
              event: outcome.event,
              notBefore: notBefore(this.opensAt()),
              ...(outcome.where ? { where: bindRule(outcome.where, state) } : {}),
            },
          ];
    state.wait = { kind: 'events', id, until, ofCall: true, ...memo };
    this.commands.push({ type: 'openWait', wait: id, node: instruction.node, until, arms, whole: true });
  }

  private takeDone(instruction: Extract<Instruction, { op: 'call' }>, outcome: { port: string; output?: Json }): void {
    const target = instruction.targets.find((each) => each.port === outcome.port);
    if (!target)
      return this.finish('failed', `The node answered with the port "${outcome.port}", which it does not have.`);
    this.endWait();
    this.standHere();
    const { output } = outcome;
    if (output !== undefined) this.keepOutput(instruction.node, output);
    this.leave(target, { kind: 'call', port: target.port, ...(output === undefined ? {} : { output }) });
    this.advance();
  }

  private keepOutput(node: string, output: Json): void {
    this.state.run = { ...this.state.run, [node]: output };
    this.commands.push({ type: 'output', node, output });
    const speaksOfIt = (path: string): boolean => path === node || path.startsWith(`${node}.`);
    for (const exit of this.program.exits) {
      if (exit.where && comparesOf(exit.where).some(({ left }) => left.source === 'run' && speaksOfIt(left.path)))
        this.openExit(exit, true);
    }
  }

  private takeFailure(
    instruction: Extract<Instruction, { op: 'call' }>,
    input: Extract<Input, { type: 'callFailed' }>,
  ): void {
    const error = { code: input.code, message: input.message };
    const target = instruction.targets.find((each) => each.port === 'error');
    if (!target)
      return this.finish('failed', `${input.code}: ${input.message}`, { kind: 'call', port: 'error', error });
    this.endWait();
    this.standHere();
    this.leave(target, { kind: 'call', port: 'error', error });
    this.advance();
  }

  private callAgain(
    instruction: Extract<Instruction, { op: 'call' }>,
    wait: string,
    resume: NonNullable<Extract<Command, { type: 'call' }>['resume']>,
  ): void {
    this.openCall(instruction, `${instruction.node}#${this.visitOf(instruction.node)}.${partOf(wait)}`, resume);
  }

  private openCall(
    instruction: Extract<Instruction, { op: 'call' }>,
    wait: string,
    resume?: Extract<Command, { type: 'call' }>['resume'],
  ): void {
    const { node, activity, attempts, timeoutSeconds } = instruction;
    this.state.wait = { kind: 'call', id: wait };
    this.commands.push({
      type: 'call',
      wait,
      node,
      visit: this.visitOf(node),
      activity,
      attempts,
      timeoutSeconds,
      ...(resume ? { resume } : {}),
    });
  }

  private endWait(): { memo?: Json } {
    const { wait } = this.state;
    if (wait && wait.kind !== 'call') this.commands.push({ type: 'closeWait', wait: wait.id });
    this.state.wait = null;
    return wait?.kind === 'events' && wait.memo !== undefined ? { memo: wait.memo } : {};
  }

  private visitOf(node: string): number {
    return this.state.visits[node] ?? 0;
  }

  private leave(target: Target, trace?: Trace): void {
    const { state } = this;
    if (state.node !== null)
      this.commands.push({
        type: 'leave',
        node: state.node,
        visit: this.visitOf(state.node),
        at: state.now,
        port: target.port,
        ...(trace ? { trace } : {}),
      });
    state.node = null;
    state.pc = target.pc;
  }

  private finish(outcome: NonNullable<RunState['ended']>['outcome'], reason: string, trace?: Trace): void {
    const { state } = this;
    if (state.wait) this.endWait();
    if (state.node !== null)
      this.commands.push({
        type: 'leave',
        node: state.node,
        visit: this.visitOf(state.node),
        at: state.now,
        port: null,
        ...(trace ? { trace } : {}),
      });
    Object.assign(state, { node: null, ended: { outcome, reason }, needs: null, facts: null });
    this.commands.push({ type: 'end', outcome, reason, at: state.now, ...(trace ? { trace } : {}) });
  }

  /**
   * Runs to the next block: a wait, a call, facts that are not at hand, or the end. Who executes more instructions than
   * there are comes by one twice.
   */
  private advance(): void {
    const { instructions } = this.program;
    for (let count = 0; count <= instructions.length; count += 1) {
      const instruction = instructions[this.state.pc];
      if (this.state.pc === -1) return this.finish('completed', 'Reached the end');
      if (!instruction) return this.finish('failed', `The program has no instruction ${this.state.pc}.`);
      if (instruction.enter && this.state.node === null) this.enter(instruction.node);
      if (!this.execute(instruction)) return;
    }
    this.finish('failed', 'The journey goes round in a circle: no time passes in it.');
  }

  private enter(node: string): void {
    const visit = this.visitOf(node) + 1;
    this.state.visits[node] = visit;
    this.state.node = node;
    this.commands.push({ type: 'enter', node, visit, at: this.state.now });
  }

  /** True when the run goes on at once. */
  private execute(instruction: Instruction): boolean {
    switch (instruction.op) {
      case 'goto':
        this.leave(instruction.target);
        return true;
      case 'wait':
        return this.startWait(instruction);
      case 'waitFor':
        return this.startWaitFor(instruction);
      case 'branch':
        return this.branch(instruction);
      case 'split':
        return this.split(instruction);
      case 'send':
        return this.send(instruction);
      case 'set':
        return this.set(instruction);
      case 'call':
        this.openCall(instruction, `${instruction.node}#${this.visitOf(instruction.node)}`);
        return false;
      case 'end':
        this.finish('completed', instruction.reason, { kind: 'end', reason: instruction.reason });
        return false;
      default:
        // Programs of this format have no others.
        this.finish('failed', `Programs of format 2 do not know “${instruction.op}”.`);
        return false;
    }
  }

  private startWait(instruction: Extract<Instruction, { op: 'wait' }>): boolean {
    if (this.asks(instruction)) return false;
    const { state } = this;
    const answer =
      'fact' in instruction.until
        ? state.facts?.[instruction.until.fact]
        : state.now + instruction.until.seconds * 1_000;
    const because = reasoned(answer);
    const until = because ? because['at'] : answer;
    if (typeof until !== 'number') {
      this.finish('failed', 'The time to wait for could not be worked out.');
      return false;
    }
    const id = `${instruction.node}#${this.visitOf(instruction.node)}`;
    state.wait = { kind: 'time', id, until, ...(because ? { because } : {}) };
    this.commands.push({ type: 'openWait', wait: id, node: instruction.node, until, arms: [] });
    return false;
  }

  private startWaitFor(instruction: Extract<Instruction, { op: 'waitFor' }>): boolean {
    const { state } = this;
    const id = `${instruction.node}#${this.visitOf(instruction.node)}`;
    const until = instruction.timeout ? state.now + instruction.timeout.seconds * 1_000 : null;
    const arms = instruction.arms.map((arm) => this.openArm(instruction.node, arm));
    state.wait = { kind: 'events', id, until };
    this.commands.push({ type: 'openWait', wait: id, node: instruction.node, until, arms });
    return false;
  }

  /** When a wait that opens now opens: when the event happened that brought the run here, or now. */
  private opensAt(): number {
    const { mark, since } = this.state;
    return mark ? mark.time : since;
  }

  private openArm(node: string, { event, where, messageOf, lookBack }: EventArm): OpenArm {
    const { state } = this;
    const looked = lookBack ? state.looked[node] : undefined;
    const from = lookBack ? (looked?.mark ?? state.entryMark) : null;
    return {
      event,
      notBefore: notBefore(lookBack && state.entryMark ? state.entryMark.time : this.opensAt()),
      ...(where ? { where: bindRule(where, state) } : {}),
      ...(messageOf ? { messageOf, messageVisit: this.visitOf(messageOf) } : {}),
      ...(lookBack ? { lookBack } : {}),
      ...(from ? { since: from } : {}),
      ...(looked && looked.taken.length > 0 ? { taken: looked.taken } : {}),
    };
  }

  private branch(instruction: Extract<Instruction, { op: 'branch' }>): boolean {
    if (this.asks(instruction)) return false;
    const seen: Extract<Trace, { kind: 'branch' }>['arms'] = [];
    let target = instruction.otherwise;
    for (const arm of instruction.arms) {
      const trace = evaluate(arm.rule, this.scene());
      seen.push({ port: arm.target.port, trace });
      if (!trace.result) continue;
      target = arm.target;
      break;
    }
    this.leave(target, { kind: 'branch', arms: seen, port: target.port });
    return true;
  }

  /** Over the arms in the order of their ports, so that their order on the canvas changes nothing. */
  private split(instruction: Extract<Instruction, { op: 'split' }>): boolean {
    const arms = [...instruction.arms].sort((a, b) => (a.target.port < b.target.port ? -1 : 1));
    const total = arms.reduce((sum, arm) => sum + Math.max(0, arm.weight), 0);
    const draw = drawOf(`${instruction.by === 'person' ? this.state.person : this.state.seed}/${instruction.node}`);
    let rest = draw * total;
    const arm = arms.find((each) => (rest -= Math.max(0, each.weight)) < 0) ?? arms.findLast((each) => each.weight > 0);
    if (!arm) {
      this.finish('failed', 'A random split without shares.');
      return false;
    }
    this.leave(arm.target, { kind: 'split', draw, port: arm.target.port });
    return true;
  }

  private send(instruction: Extract<Instruction, { op: 'send' }>): boolean {
    if (this.asks(instruction)) return false;
    const { node, channel, about, notReachable, capped, topic = null, messageClass } = instruction;
    const reachable = !notReachable || this.scene().fact?.({ kind: 'reachable', channel, ...about }) === true;
    if (reachable && capped && this.scene().fact?.({ kind: 'capped', channel, topic }) === true) {
      this.leave(capped, { kind: 'capped', channel, port: capped.port });
      return true;
    }
    if (reachable)
      this.commands.push({
        type: 'send',
        node,
        visit: this.visitOf(node),
        channel,
        at: this.state.now,
        ...(messageClass && { messageClass }),
      });
    const target = reachable || !notReachable ? instruction.queued : notReachable;
    if (target === instruction.queued && instruction.stay) {
      this.state.pc = target.pc;
      return true;
    }
    this.leave(target, { kind: 'reachable', channel, reachable, port: target.port });
    return true;
  }

  /** What the run sets it also sees: traits as it set them; what else may depend on traits is asked anew. */
  private set(instruction: Extract<Instruction, { op: 'set' }>): boolean {
    const { node, traits } = instruction;
    this.commands.push({ type: 'set', node, visit: this.visitOf(node), traits, at: this.state.now });
    const known = this.state.facts;
    if (known)
      this.state.facts = Object.fromEntries(
        Object.entries(known).flatMap(([index, value]) =>
          this.afterSet({ fact: this.program.facts[Number(index)], value, traits, index }),
        ),
      );
    this.leave(instruction.target);
    return true;
  }

  private afterSet({ fact, value, traits, index }: AfterSetOptions): [string, Json][] {
    if (fact?.kind === 'eventCount') return [[index, value]];
    if (fact?.kind !== 'trait') return [];
    return [
      [index, Object.hasOwn(traits, pathKeys(fact.path)[0] ?? '') ? (valueAt(traits, fact.path) ?? null) : value],
    ];
  }

  /** Stops the stretch when a fact that it may need is not at hand. */
  private asks(instruction: { reads?: number[] }): boolean {
    const missing = (instruction.reads ?? []).filter((index) => !this.state.facts || !(index in this.state.facts));
    if (missing.length > 0) this.state.needs = missing;
    return missing.length > 0;
  }

  private scene(): Scene {
    const { state, program } = this;
    return {
      entry: state.entry,
      run: state.run,
      fact: (fact) => state.facts?.[factIndexes(program).get(factKey(fact)) ?? -1],
    };
  }
}

/** An answer that says more than the time. */
function reasoned(answer: Json | undefined): JsonObject | null {
  return typeof answer === 'object' && !Array.isArray(answer) ? answer : null;
}

/** Which call or wait of one visit to a custom node a wait id is of: `node#visit` is 0, `node#visit.n` is n. */
function partOf(wait: string): number {
  return Number(wait.split('.')[1] ?? 0);
}
