import type { CallOutcome, Command, Fact, Input, Json, JsonObject, Program, RunEvent, RunState } from '@wend/contract';
import { matchesArm } from './evaluate.js';
import { initialState, neededFacts, reduce } from './reduce.js';

/** Something that happens to the simulated person; times in ms since 1970. Message events carry the node whose message it was. */
export type SimulatedEvent = { at: number; name: string; properties?: JsonObject; messageOf?: string };

export type Simulation = {
  program: Program;
  at: number;
  seed: string;
  entry: { name: string; properties: JsonObject };
  events?: SimulatedEvent[];
  /** Answers a fact at a time; undefined counts as "no value". */
  answer?: (fact: Fact, at: number) => Json | undefined;
  /** What a custom node comes to; without it calls take their first port. */
  call?: (command: Extract<Command, { type: 'call' }>) => CallOutcome;
  /** Nothing after this instant happens. */
  until?: number;
  /** A journey may go round for ever: the simulation ends after this many steps. 10,000 when absent. */
  maximumSteps?: number;
};

/** `exhausted`: it was cut off at the largest number of steps. */
export type SimulationResult = { state: RunState; commands: Command[]; steps: { at: number; inputs: Input[] }[]; exhausted: boolean };

const simulatedRun = 'simulated';

/**
 * Runs a program on a virtual clock: the same reducer as in production, with waits matched as the router matches them. Ends when the run
 * ends, when nothing can happen any more, or at `until`.
 */
export function simulate(simulation: Simulation): SimulationResult {
  return new Simulator(simulation).run();
}


class Simulator {
  private state = initialState();
  private readonly commands: Command[] = [];
  private readonly steps: SimulationResult['steps'] = [];
  private exits: Extract<Command, { type: 'openExit' }>[] = [];
  private waiting: Extract<Command, { type: 'openWait' }> | null = null;
  private calling: Extract<Command, { type: 'call' }> | null = null;
  private past: RunEvent[] = [];
  private position = 0;

  constructor(private readonly simulation: Simulation) {}

  run(): SimulationResult {
    const { at, seed, entry } = this.simulation;
    const first: Input = { type: 'enrolled', at, seed, entry: this.event({ at, name: entry.name, properties: entry.properties }) };
    this.step(first, at);
    const coming = [...(this.simulation.events ?? [])].sort((a, b) => a.at - b.at);
    const most = this.simulation.maximumSteps ?? 10_000;
    while (!this.state.ended && this.steps.length < most) {
      if (this.calling) {
        this.answerCall(this.calling);
        continue;
      }
      const timer = this.waiting?.until ?? null;
      const next = coming[0];
      const limit = this.simulation.until ?? Number.POSITIVE_INFINITY;
      // Accepted events go before timers, also in the same instant.
      if (next && (timer === null || next.at <= timer)) {
        if (next.at > limit) break;
        coming.shift();
        this.offer(next);
      } else if (timer !== null && this.waiting) {
        if (timer > limit) break;
        this.step({ type: 'timer', at: timer, wait: this.waiting.wait }, timer);
      } else break;
    }
    return { state: this.state, commands: this.commands, steps: this.steps, exhausted: this.steps.length >= most };
  }

  private event({ at, name, properties, messageOf }: SimulatedEvent): RunEvent {
    this.position += 1;
    const message: JsonObject = messageOf ? { nodeId: messageOf, enrollmentId: simulatedRun } : {};
    return { id: `event-${this.position}`, name, time: at, properties: { ...properties, ...message }, mark: { position: String(this.position), snapshot: '', time: at } };
  }

  private offer(coming: SimulatedEvent): void {
    const event = this.event(coming);
    this.past.push(event);
    const exit = this.exits.find((each) => matchesArm({ event: each.event, where: each.where }, event, simulatedRun));
    if (exit) return this.step({ type: 'exit', at: event.time, criterion: exit.criterion, event }, event.time);
    this.offerToWait(event);
  }

  private offerToWait(event: RunEvent): boolean {
    const arm = this.waiting?.arms.findIndex((each) => matchesArm(each, event, simulatedRun)) ?? -1;
    if (!this.waiting || arm < 0) return false;
    const at = Math.max(event.time, this.state.now);
    this.step({ type: 'event', at, wait: this.waiting.wait, arm, event }, at);
    return true;
  }

  private answerCall(command: Extract<Command, { type: 'call' }>): void {
    const target = this.simulation.program.instructions[this.state.pc];
    const port = target?.op === 'call' ? (target.targets[0]?.port ?? '') : '';
    const outcome = this.simulation.call?.(command) ?? { kind: 'done', port };
    this.calling = null;
    this.step({ type: 'callDone', at: this.state.now, wait: command.wait, outcome }, this.state.now);
  }

  private step(input: Input, at: number): void {
    const inputs: Input[] = [];
    const found: Command[] = [];
    for (let next: Input | null = input; next; next = this.view(at)) {
      inputs.push(next);
      const reduced = reduce(this.simulation.program, this.state, next);
      this.state = reduced.state;
      found.push(...reduced.commands);
    }
    this.commands.push(...found);
    this.steps.push({ at, inputs });
    for (const command of found) this.keep(command);
    this.lookBack();
  }

  private view(at: number): Input | null {
    if (!this.state.needs) return null;
    const facts: Record<number, Json> = {};
    for (const { index, fact } of neededFacts(this.simulation.program, this.state)) facts[index] = this.simulation.answer?.(fact, at) ?? null;
    return { type: 'view', at, facts };
  }

  private keep(command: Command): void {
    if (command.type === 'openExit') this.exits.push(command);
    if (command.type === 'openWait') this.waiting = command;
    if (command.type === 'closeWait' && this.waiting?.wait === command.wait) this.waiting = null;
    if (command.type === 'call') this.calling = command;
  }

  private lookBack(): void {
    if (!this.waiting?.arms.some((arm) => arm.lookBack)) return;
    for (const event of this.past) {
      const arm = this.waiting?.arms.findIndex((each) => each.lookBack && matchesArm(each, event, simulatedRun)) ?? -1;
      if (arm >= 0 && this.offerToWait(event)) return;
    }
  }
}
