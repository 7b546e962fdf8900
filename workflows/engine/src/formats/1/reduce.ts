import type {
  Command,
  EventArm,
  Input,
  Instruction,
  Json,
  JsonObject,
  Program,
  Reduction,
  RunEvent,
  RunState,
  Target,
  Trace,
} from '@wend/contract';
import { factIndexes, factKey } from '../../fact.js';
import type { Interpreter } from '../interpreter.js';
import { bindRule, evaluate } from './evaluate.js';
import type { Scene } from './evaluate.js';
import { drawOf, pickPaths, valueAt } from './value.js';

/** More instructions than this in one wake-up are a loop without a wait. */
const stretchLimit = 1_000;

/*
 * Frozen: runs that began on a program of format 1 go on exactly as they were. Nothing here changes any more; see
 * ../README.md.
 */

function initialState(): RunState {
  return {
    format: 1,
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
    ended: null,
  };
}

function reduce(program: Program, state: RunState, input: Input): Reduction {
  if (state.ended) return { state, commands: [] };
  return new Stretch(program, state).take(input);
}

export const format1: Interpreter = { initialState, reduce };

function eventOf({ id, name, time, properties }: RunEvent): {
  id: string;
  name: string;
  time: number;
  properties: JsonObject;
} {
  return { id, name, time, properties };
}

class Stretch {
  private readonly commands: Command[] = [];
  private readonly state: RunState;

  constructor(
    private readonly program: Program,
    before: RunState,
  ) {
    this.state = { ...before, visits: { ...before.visits } };
  }

  take(input: Input): Reduction {
    const { state } = this;
    if (input.type === 'enrolled') this.enrol(input);
    else if (input.type === 'view') {
      if (state.needs) this.resumeWith(input.facts);
    } else if (input.type === 'cancel') {
      this.moveTo(input.at);
      this.finish('cancelled', input.reason);
    } else if (input.type === 'exit') {
      this.moveTo(input.at);
      this.finish('exited', input.criterion, { kind: 'exit', criterion: input.criterion, event: eventOf(input.event) });
    } else if (state.wait?.id === input.wait && !state.needs) this.wake(input);
    return { state, commands: this.commands };
  }

  private enrol(input: Extract<Input, { type: 'enrolled' }>): void {
    const { state, program } = this;
    Object.assign(state, {
      now: input.at,
      enteredAt: input.at,
      seed: input.seed,
      entry: pickPaths(input.entry.properties, program.entryPaths),
      mark: input.entry.mark,
      entryMark: input.entry.mark,
      facts: input.facts ?? null,
    });
    for (const { id, event, where } of program.exits)
      this.commands.push({
        type: 'openExit',
        criterion: id,
        event,
        ...(where ? { where: bindRule(where, state) } : {}),
      });
    this.advance();
  }

  private resumeWith(facts: Record<number, Json>): void {
    this.state.facts = { ...this.state.facts, ...facts };
    this.state.needs = null;
    this.advance();
  }

  /** Time goes forward only; what was known of the person is no longer known to be so. */
  private moveTo(at: number): void {
    this.state.now = Math.max(this.state.now, at);
    this.state.facts = null;
    this.state.needs = null;
    this.state.mark = null;
  }

  private wake(input: Extract<Input, { wait: string }>): void {
    const { wait } = this.state;
    const instruction = this.program.instructions[this.state.pc];
    if (!wait || !instruction) return;
    if (input.type === 'timer' && wait.kind !== 'call' && wait.until !== null)
      return this.wakeByTimer(instruction, wait.until, input);
    if (input.type === 'event' && wait.kind === 'events') return this.wakeByEvent(instruction, input);
    if (wait.kind !== 'call' || instruction.op !== 'call') return;
    if (input.type === 'callDone') this.takeOutcome(instruction, input);
    if (input.type === 'callFailed') this.takeFailure(instruction, input);
  }

  private wakeByTimer(instruction: Instruction, due: number, input: Extract<Input, { type: 'timer' }>): void {
    const memo = this.endWait();
    this.moveTo(input.at);
    if (instruction.op === 'call') return this.callAgain(instruction, { reason: 'timer', ...memo });
    const target =
      instruction.op === 'wait'
        ? instruction.target
        : instruction.op === 'waitFor'
          ? instruction.timeout?.target
          : undefined;
    if (!target) return;
    this.leave(target, { kind: 'timer', due, at: this.state.now, port: target.port });
    this.advance();
  }

  private wakeByEvent(instruction: Instruction, input: Extract<Input, { type: 'event' }>): void {
    const arm = instruction.op === 'waitFor' ? instruction.arms[input.arm] : undefined;
    if (!arm && instruction.op !== 'call') return;
    const memo = this.endWait();
    this.moveTo(input.at);
    this.state.mark = input.event.mark;
    if (instruction.op === 'call') return this.callAgain(instruction, { reason: 'event', event: input.event, ...memo });
    if (!arm) return;
    const trace = arm.where
      ? evaluate(bindRule(arm.where, this.state), { property: input.event.properties })
      : undefined;
    this.leave(arm.target, {
      kind: 'event',
      event: eventOf(input.event),
      port: arm.target.port,
      ...(trace ? { trace } : {}),
    });
    this.advance();
  }

  private takeOutcome(
    instruction: Extract<Instruction, { op: 'call' }>,
    input: Extract<Input, { type: 'callDone' }>,
  ): void {
    const { state } = this;
    const { outcome } = input;
    const visit = this.visitOf(instruction.node);
    this.moveTo(input.at);
    if (outcome.kind === 'done') return this.takeDone(instruction, outcome);
    this.endWait();
    if (outcome.kind === 'exit')
      return this.finish('completed', outcome.reason, { kind: 'end', reason: outcome.reason });
    const memo = outcome.memo === undefined ? {} : { memo: outcome.memo };
    const part = Number(input.wait.split('.')[1] ?? 0) + 1;
    const id = `${instruction.node}#${visit}.${part}`;
    const until =
      outcome.kind === 'sleep'
        ? Math.max(outcome.until, state.now)
        : outcome.timeoutSeconds === undefined
          ? null
          : state.now + outcome.timeoutSeconds * 1_000;
    const arms =
      outcome.kind === 'sleep'
        ? []
        : [{ event: outcome.event, ...(outcome.where ? { where: bindRule(outcome.where, state) } : {}) }];
    state.wait = { kind: 'events', id, until, ofCall: true, ...memo };
    this.commands.push({ type: 'openWait', wait: id, node: instruction.node, until, arms });
  }

  private takeDone(instruction: Extract<Instruction, { op: 'call' }>, outcome: { port: string; output?: Json }): void {
    const target = instruction.targets.find((each) => each.port === outcome.port);
    if (!target)
      return this.finish('failed', `The node answered with the port "${outcome.port}", which it does not have.`);
    this.endWait();
    const { output } = outcome;
    if (output !== undefined) {
      this.state.run = { ...this.state.run, [instruction.node]: output };
      this.commands.push({ type: 'output', node: instruction.node, output });
    }
    this.leave(target, { kind: 'call', port: target.port, ...(output === undefined ? {} : { output }) });
    this.advance();
  }

  private takeFailure(
    instruction: Extract<Instruction, { op: 'call' }>,
    input: Extract<Input, { type: 'callFailed' }>,
  ): void {
    this.moveTo(input.at);
    const error = { code: input.code, message: input.message };
    const target = instruction.targets.find((each) => each.port === 'error');
    if (!target)
      return this.finish('failed', `${input.code}: ${input.message}`, { kind: 'call', port: 'error', error });
    this.endWait();
    this.leave(target, { kind: 'call', port: 'error', error });
    this.advance();
  }

  private callAgain(
    instruction: Extract<Instruction, { op: 'call' }>,
    resume: NonNullable<Extract<Command, { type: 'call' }>['resume']>,
  ): void {
    const visit = this.visitOf(instruction.node);
    const parts = this.commands.find((command) => command.type === 'closeWait');
    const part = Number(parts?.type === 'closeWait' ? (parts.wait.split('.')[1] ?? 0) : 0);
    this.openCall(instruction, `${instruction.node}#${visit}.${part}`, resume);
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

  /** Runs to the next block: a wait, a call, facts that are not at hand, or the end. */
  private advance(): void {
    for (let count = 0; count < stretchLimit; count += 1) {
      const instruction = this.program.instructions[this.state.pc];
      if (this.state.pc === -1) return this.finish('completed', 'Reached the end');
      if (!instruction) return this.finish('failed', `The program has no instruction ${this.state.pc}.`);
      if (instruction.enter && this.state.node === null) this.enter(instruction.node);
      if (!this.execute(instruction)) return;
    }
    this.finish('failed', `More than ${stretchLimit} nodes without a wait: the journey goes round in a circle.`);
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
        this.finish('failed', `Programs of format 1 do not know “${instruction.op}”.`);
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
    if (typeof answer !== 'number') {
      this.finish('failed', 'The time to wait for could not be worked out.');
      return false;
    }
    const id = `${instruction.node}#${this.visitOf(instruction.node)}`;
    state.wait = { kind: 'time', id, until: answer };
    this.commands.push({ type: 'openWait', wait: id, node: instruction.node, until: answer, arms: [] });
    return false;
  }

  private startWaitFor(instruction: Extract<Instruction, { op: 'waitFor' }>): boolean {
    const { state } = this;
    const id = `${instruction.node}#${this.visitOf(instruction.node)}`;
    const until = instruction.timeout ? state.now + instruction.timeout.seconds * 1_000 : null;
    const arms = instruction.arms.map((arm) => boundArm(arm, state));
    state.wait = { kind: 'events', id, until };
    this.commands.push({ type: 'openWait', wait: id, node: instruction.node, until, arms });
    return false;
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

  private split(instruction: Extract<Instruction, { op: 'split' }>): boolean {
    const total = instruction.arms.reduce((sum, arm) => sum + Math.max(0, arm.weight), 0);
    const draw = drawOf(`${this.state.seed}/${instruction.node}#${this.visitOf(instruction.node)}`);
    let rest = draw * total;
    const arm = instruction.arms.find((each) => (rest -= Math.max(0, each.weight)) < 0) ?? instruction.arms.at(-1);
    if (!arm) {
      this.finish('failed', 'A random split without arms.');
      return false;
    }
    this.leave(arm.target, { kind: 'split', draw, port: arm.target.port });
    return true;
  }

  private send(instruction: Extract<Instruction, { op: 'send' }>): boolean {
    if (this.asks(instruction)) return false;
    const { node, channel, notReachable } = instruction;
    const reachable = !notReachable || this.scene().fact?.({ kind: 'reachable', channel }) === true;
    if (reachable) this.commands.push({ type: 'send', node, visit: this.visitOf(node), channel, at: this.state.now });
    const target = reachable || !notReachable ? instruction.queued : notReachable;
    this.leave(target, { kind: 'reachable', channel, reachable, port: target.port });
    return true;
  }

  /** What the run sets it also sees: answers that are at hand change with it. */
  private set(instruction: Extract<Instruction, { op: 'set' }>): boolean {
    const { node, traits } = instruction;
    this.commands.push({ type: 'set', node, visit: this.visitOf(node), traits, at: this.state.now });
    const facts = this.state.facts;
    if (facts) {
      this.state.facts = { ...facts };
      for (const [index, fact] of this.program.facts.entries()) {
        const value = fact.kind === 'trait' ? valueAt(traits, fact.path) : undefined;
        if (value !== undefined && index in facts) this.state.facts[index] = value;
      }
    }
    this.leave(instruction.target);
    return true;
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

function boundArm(arm: EventArm, state: RunState): Extract<Command, { type: 'openWait' }>['arms'][number] {
  const { event, where, messageOf, lookBack } = arm;
  return {
    event,
    ...(where ? { where: bindRule(where, state) } : {}),
    ...(messageOf ? { messageOf } : {}),
    ...(lookBack ? { lookBack } : {}),
  };
}
