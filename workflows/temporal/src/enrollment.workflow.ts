import { ActivityFailure, ApplicationFailure, CancellationScope, continueAsNew, defineSignal, isCancellation, proxyActivities, proxyLocalActivities, setHandler, sleep, workflowInfo } from '@temporalio/workflow';
import { fold, initialState, neededFacts, programFormat, reduce, stepOf } from '@wend/engine/run';
import type { Folded } from '@wend/engine/run';
import type { Command, Input, RunState } from '@wend/contract';
import type { CommitAnswer, EnrollmentStart, NodeActivity, RunActivities, RunSignal } from './protocol.js';

/*
 * The Temporal driver: one workflow per enrollment, running the pure engine. It decides nothing. One wake-up does at most one read and
 * one commit per step; what a step's commit answers is folded, not what the driver believes it sent.
 */

const { read, commit, fail } = proxyLocalActivities<RunActivities>({
  startToCloseTimeout: '30s',
  // An outage of the database becomes timers, not failures.
  localRetryThreshold: '5s',
  retry: { initialInterval: '100ms', backoffCoefficient: 2, maximumInterval: '30s' },
});

const runSignal = defineSignal<[RunSignal]>('run');

export async function enrollment(start: EnrollmentStart): Promise<{ outcome: string; reason: string }> {
  const driver = new Driver(start);
  setHandler(runSignal, (signal) => driver.receive(signal));
  return driver.run();
}

/** Inputs being folded; `queue` holds those to come. */
type Folding = { queue: Input[]; folded: Folded };

class Driver {
  private state: RunState;
  private step: number;
  private inbox: RunSignal[] = [];
  private fired: Input[] = [];
  /** Inputs that a pause keeps from being folded. */
  private held: Input[] = [];
  private timer: { wait: string; scope: CancellationScope } | null = null;
  private call: { wait: string; scope: CancellationScope } | null = null;
  private wake: (() => void) | null = null;

  constructor(private readonly start: EnrollmentStart) {
    this.state = start.snapshot?.state ?? initialState();
    this.step = start.snapshot?.step ?? 0;
    this.inbox = start.snapshot?.inbox ?? [];
  }

  receive(signal: RunSignal): void {
    this.inbox.push(signal);
    this.wake?.();
  }

  private fire(input: Input): void {
    this.fired.push(input);
    this.wake?.();
  }

  /** What the engine cannot run fails the run visibly: as a failed workflow task it would be tried for ever in silence. */
  async run(): Promise<{ outcome: string; reason: string }> {
    const { program } = this.start;
    if (program.format !== programFormat) return this.fail('unknown-program-format', `This version of Wend does not know programs of format ${program.format}.`);
    try {
      return await this.drive();
    } catch (error) {
      if (!(error instanceof EngineFault)) throw error;
      return this.fail('broken-program', `The program of this run does not work: ${error.message}`);
    }
  }

  private async fail(code: string, reason: string): Promise<never> {
    this.disarm();
    await fail([{ identity: this.start.identity, at: this.now(), reason }]);
    throw ApplicationFailure.nonRetryable(reason, code);
  }

  private async drive(): Promise<{ outcome: string; reason: string }> {
    if (!this.start.snapshot) await this.take([this.start.first]);
    else await this.goOn();
    while (!this.state.ended) {
      if (this.mayContinueAsNew()) await this.continueFromSnapshot();
      if (this.inbox.length === 0 && this.fired.length === 0) await new Promise<void>((resolve) => (this.wake = resolve));
      this.wake = null;
      await this.take(this.nextInputs());
    }
    this.disarm();
    return this.state.ended;
  }

  /** From a snapshot: its wait may be over already, and what woke it reaches the inbox only after this function began. */
  private async goOn(): Promise<void> {
    await Promise.resolve();
    const { wait } = this.state;
    if (wait && wait.kind !== 'call' && wait.until !== null && wait.until <= this.now()) this.fire({ type: 'timer', at: this.now(), wait: wait.id });
    else if (this.inbox.length === 0) this.arm([]);
  }

  private now(): number {
    return Date.now() + this.start.offset;
  }

  /** Events before timers; a resume only lets held inputs be tried again. */
  private nextInputs(): Input[] {
    const signals = this.inbox.splice(0);
    const inputs = signals.flatMap((signal) => this.inputOf(signal));
    // What was known while the run was held may have changed: facts are asked for anew.
    const held = this.held.splice(0).filter((input) => input.type !== 'view').map((input) => ({ ...input, at: this.now() }));
    const all = [...held, ...inputs, ...this.fired.splice(0)];
    return [...all.filter((input) => input.type !== 'timer'), ...all.filter((input) => input.type === 'timer')];
  }

  private inputOf(signal: RunSignal): Input[] {
    return signal.type === 'resume' ? [] : [{ ...signal, at: this.now() }];
  }

  /** Takes inputs until a commit settles them. */
  private async take(given: Input[]): Promise<void> {
    let inputs = given;
    for (;;) {
      const folding = this.beginFolding(inputs);
      while (!this.foldOn(folding)) folding.queue.unshift(await this.readFacts(folding));
      const { folded } = folding;
      if (folded.commands.length === 0) return this.arm([]);
      const [answer] = await commit([{ identity: this.start.identity, workflowId: workflowInfo().workflowId, step: this.step, ...stepOf(this.start.program, this.state, folded) }]);
      if (answer?.outcome === 'applied') return this.apply(answer, folded);
      if (answer?.outcome === 'eventsFirst') inputs = [...answer.events.flatMap((event) => this.inputOf(event)), ...inputs.filter((input) => input.type !== 'view')];
      else if (answer?.outcome === 'stopped') inputs = [{ type: 'cancel', at: this.now(), reason: answer.reason }];
      else if (answer?.outcome === 'held') {
        this.held = folded.inputs;
        return;
      } else {
        this.state = { ...this.state, ended: { outcome: 'cancelled', reason: 'The enrollment was erased' } };
        return;
      }
    }
  }

  private beginFolding(given: Input[]): Folding {
    return { queue: [...given], folded: { inputs: [], state: this.state, commands: [] } };
  }

  /** Folds until nothing is left (true) or facts are needed (false). */
  private foldOn({ queue, folded }: Folding): boolean {
    const { program } = this.start;
    for (let input = queue.shift(); input; input = queue.shift()) {
      folded.inputs.push(input);
      const next = input;
      const reduced = engine(() => reduce(program, folded.state, next));
      folded.state = reduced.state;
      folded.commands.push(...reduced.commands);
      if (folded.state.needs) return false;
    }
    return true;
  }

  private async readFacts({ folded: { state } }: Folding): Promise<Input> {
    const { program, identity } = this.start;
    const [facts] = await read([{ identity, at: state.now, facts: engine(() => neededFacts(program, state)) }]);
    return { type: 'view', at: this.now(), facts: facts ?? {} };
  }

  private apply(answer: Extract<CommitAnswer, { outcome: 'applied' }>, folded: Folded): void {
    let { state, commands } = folded;
    if (answer.inputs) {
      // This step was committed before with other inputs: exactly those count, and what they left out is still to be taken.
      const stored = answer.inputs;
      ({ state, commands } = engine(() => fold(this.start.program, this.state, stored)));
      this.fired.unshift(...folded.inputs.filter((input) => input.type !== 'view' && input.type !== 'enrolled' && !stored.some((other) => sameInput(input, other))));
    }
    this.state = state;
    this.step += 1;
    for (const signal of answer.missed) if (!this.inbox.some((other) => sameSignal(other, signal))) this.inbox.push(signal);
    this.arm(commands);
  }

  /** Starts and ends the timer and the activity that the state asks for. */
  private arm(commands: Command[]): void {
    const { wait } = this.state;
    if (this.timer && this.timer.wait !== wait?.id) this.dropTimer();
    if (this.call && this.call.wait !== wait?.id) this.dropCall();
    if (wait && wait.kind !== 'call' && wait.until !== null && !this.timer) this.startTimer(wait.id, wait.until);
    const call = commands.findLast((command) => command.type === 'call');
    if (wait?.kind === 'call' && call?.wait === wait.id && !this.call) this.startCall(call);
  }

  private disarm(): void {
    this.timer = null;
    this.dropCall();
  }

  private dropTimer(): void {
    this.timer?.scope.cancel();
    this.timer = null;
  }

  private dropCall(): void {
    this.call?.scope.cancel();
    this.call = null;
  }

  private startTimer(wait: string, until: number): void {
    const scope = new CancellationScope();
    this.timer = { wait, scope };
    const name = this.nameOf(wait);
    scope
      .run(() => sleep(Math.max(1, until - this.now()), { summary: name }))
      .then(() => {
        if (this.timer?.wait === wait) this.timer = null;
        this.fire({ type: 'timer', at: Math.max(this.now(), until), wait });
      })
      .catch(ignoreCancellation);
  }

  private startCall(command: Extract<Command, { type: 'call' }>): void {
    const { wait, node, visit, activity, attempts, timeoutSeconds, resume } = command;
    const scope = new CancellationScope();
    this.call = { wait, scope };
    const activities = proxyActivities<Record<string, NodeActivity>>({
      activityId: wait,
      summary: this.nameOf(wait),
      startToCloseTimeout: timeoutSeconds * 1_000,
      heartbeatTimeout: '30s',
      cancellationType: 'TRY_CANCEL',
      retry: { maximumAttempts: attempts, initialInterval: '1s', backoffCoefficient: 2, maximumInterval: '10m' },
    });
    const run = activities[activity];
    if (!run) return;
    scope
      .run(() => run({ identity: this.start.identity, node, visit, at: this.state.now, run: this.state.run, ...(resume ? { resume } : {}) }))
      .then((outcome) => this.settleCall({ type: 'callDone', at: this.now(), wait, outcome }))
      .catch((error: unknown) => {
        if (!isCancellation(error)) this.settleCall({ type: 'callFailed', at: this.now(), wait, ...problemOf(error) });
      });
  }

  private settleCall(input: Extract<Input, { type: 'callDone' | 'callFailed' }>): void {
    if (this.call?.wait === input.wait) this.call = null;
    this.fire(input);
  }

  private nameOf(wait: string): string {
    const node = wait.split('#')[0] ?? wait;
    return `${node}: ${this.start.program.names[node] ?? node}`.slice(0, 200);
  }

  private mayContinueAsNew(): boolean {
    return workflowInfo().continueAsNewSuggested && this.call === null && this.fired.length === 0 && this.held.length === 0;
  }

  private async continueFromSnapshot(): Promise<never> {
    this.dropTimer();
    return continueAsNew<typeof enrollment>({ ...this.start, snapshot: { state: this.state, step: this.step, inbox: this.inbox } });
  }
}

/** The pure engine could not run the program. */
class EngineFault extends Error {}

function engine<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw new EngineFault(error instanceof Error ? error.message : String(error));
  }
}

function ignoreCancellation(error: unknown): void {
  if (!isCancellation(error)) throw error;
}

function problemOf(error: unknown): { code: string; message: string } {
  const cause = error instanceof ActivityFailure && error.cause ? error.cause : error;
  const code = cause instanceof ApplicationFailure ? (cause.type ?? 'error') : 'error';
  return { code, message: cause instanceof Error ? cause.message : String(cause) };
}

function sameInput(a: Input, b: Input): boolean {
  if (a.type !== b.type) return false;
  if ('event' in a && 'event' in b) return a.event.id === b.event.id && ('wait' in a && 'wait' in b ? a.wait === b.wait : true);
  return 'wait' in a && 'wait' in b ? a.wait === b.wait : true;
}

function sameSignal(a: RunSignal, b: RunSignal): boolean {
  if (a.type !== b.type) return false;
  return 'event' in a && 'event' in b ? a.event.id === b.event.id && ('wait' in a && 'wait' in b ? a.wait === b.wait : true) : true;
}

