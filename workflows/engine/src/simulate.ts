import type {
  CallOutcome,
  Command,
  Fact,
  Goal,
  Input,
  Json,
  JsonObject,
  Mark,
  OpenArm,
  Program,
  RunAction,
  RunEvent,
  RunState,
  TraitChange,
} from '@wend/contract';
import { matchesArm } from './evaluate.js';
import { Gathering } from './gathering.js';
import { goalHits } from './goals.js';
import type { GoalHit } from './goals.js';
import { isLater } from './receipt.js';
import { initialState, neededFacts, reduce } from './reduce.js';
import { actsAsked, traitsChanged, traitsSet } from './step.js';

/**
 * Something that happens to the simulated person; times in ms since 1970. `happened`: when, if it is received only
 * later, at `at`. Message events carry the node whose message it was, of the visit that the run made last unless
 * `visit` says which.
 */
export type SimulatedEvent = {
  at: number;
  happened?: number;
  name: string;
  properties?: JsonObject;
  messageOf?: string;
  visit?: number;
};

export type Simulation = {
  program: Program;
  at: number;
  seed: string;
  person?: string;
  /** The entry that the person comes in by, in journeys with several. */
  node?: string;
  entry: { name: string; properties: JsonObject };
  events?: SimulatedEvent[];
  /**
   * Answers a fact at a time, with the traits that the run has set in this step laid over the person's, and what it has
   * asked for in it, or, where there is more than what it set, with its `changes`; undefined counts as "no value".
   */
  answer?: (
    fact: Fact,
    at: number,
    traits: JsonObject | undefined,
    acts?: RunAction[],
    changes?: TraitChange[],
  ) => Json | undefined;
  /** What a custom node comes to; without it calls take their first port. */
  call?: (command: Extract<Command, { type: 'call' }>) => CallOutcome;
  /** Hears of each step's commands once they are committed: what they did counts for later steps. */
  committed?: (commands: readonly Command[]) => void;
  /** Goals of the journey, for what the result says of them. */
  goals?: readonly Goal[];
  /** Nothing after this instant happens. */
  until?: number;
  /** A journey may go round for ever: the simulation ends after this many steps. 10,000 when absent. */
  maximumSteps?: number;
};

/**
 * `exhausted`: it was cut off at the largest number of steps. `goals`: which were reached and when, also by what happened
 * after the run had ended; messages count as handed over when they were sent, under the id `node#visit`.
 */
export type SimulationResult = {
  state: RunState;
  commands: Command[];
  steps: { at: number; inputs: Input[] }[];
  exhausted: boolean;
  goals: GoalHit[];
};

const simulatedRun = 'simulated';

/**
 * Runs a program on a virtual clock: the same reducer as in production, with events matched as the router and the
 * commit protocol match them. Ends when the run ends, when nothing can happen any more, or at `until`.
 */
export function simulate(simulation: Simulation): SimulationResult {
  return new Simulator(simulation).run();
}

type OpenExit = Extract<Command, { type: 'openExit' }> & { since: Mark | number };
type Received = RunEvent & { received: number };

class Simulator {
  private state: RunState;
  private readonly commands: Command[] = [];
  private readonly steps: SimulationResult['steps'] = [];
  private readonly exits = new Map<string, OpenExit>();
  private waiting: Extract<Command, { type: 'openWait' }> | null = null;
  private calling: Extract<Command, { type: 'call' }> | null = null;
  private readonly received: Received[] = [];
  private readonly coming: SimulatedEvent[];
  /** How many of the events received were asked whether they end the run. */
  private asked = 0;
  private position = 0;

  constructor(private readonly simulation: Simulation) {
    this.state = initialState(simulation.program);
    this.coming = (simulation.events ?? []).filter((event) => event.at >= simulation.at).sort((a, b) => a.at - b.at);
  }

  run(): SimulationResult {
    const most = this.simulation.maximumSteps ?? 10_000;
    this.enter();
    while (!this.state.ended && this.steps.length < most && this.next());
    return {
      state: this.state,
      commands: this.commands,
      steps: this.steps,
      exhausted: !this.state.ended && this.steps.length >= most,
      goals: this.goalsReached(),
    };
  }

  /** Also what comes after the end counts. */
  private goalsReached(): GoalHit[] {
    const { goals = [], at, entry, until = Number.POSITIVE_INFINITY } = this.simulation;
    if (goals.length === 0) return [];
    this.receive(until);
    const touches = this.commands.flatMap((command) =>
      command.type === 'send'
        ? [
            {
              messageId: `${command.node}#${command.visit}`,
              node: command.node,
              visit: command.visit,
              at: command.at,
            },
          ]
        : [],
    );
    const run = { from: at, entryEventId: 'event-1', entry: entry.properties, touches };
    return goalHits({ goals, run, events: this.received });
  }

  /** What ends a run and was received with the event that would begin it comes before its first step. */
  private enter(): void {
    const { at, seed, person, node, entry, program } = this.simulation;
    const { received: _, ...event } = this.eventOf({ at, name: entry.name, properties: entry.properties });
    const enrolled: Input = {
      type: 'enrolled',
      at,
      seed,
      ...(person === undefined ? {} : { person }),
      ...(node === undefined ? {} : { node }),
      entry: event,
    };
    this.receive(at);
    const exits = reduce(program, this.state, enrolled).commands.flatMap((command) =>
      command.type === 'openExit' ? [{ ...command, since: event.mark }] : [],
    );
    this.step(this.exitAmong(exits, at) ?? enrolled, at);
  }

  /** The next thing that happens; false when nothing does. */
  private next(): boolean {
    const limit = this.simulation.until ?? Number.POSITIVE_INFINITY;
    const found = this.firstThatCounts();
    if (found) this.step(found, this.state.now);
    else if (this.calling) this.answerCall(this.calling);
    else {
      const timer = this.waiting?.until ?? Number.POSITIVE_INFINITY;
      const event = this.coming[0]?.at ?? Number.POSITIVE_INFINITY;
      const at = Math.min(timer, event);
      if (!Number.isFinite(at) || at > limit) return false;
      // Accepted events go before timers, also in the same instant.
      if (event <= timer) this.receive(at);
      else if (this.waiting)
        this.step({ type: 'timer', at: Math.max(timer, this.state.now), wait: this.waiting.wait }, timer);
    }
    return true;
  }

  private receive(until: number): void {
    while (this.coming[0] && this.coming[0].at <= until) this.received.push(this.eventOf(this.coming.shift()!));
  }

  private eventOf({ at, happened = at, name, properties, messageOf, visit }: SimulatedEvent): Received {
    this.position += 1;
    const message: JsonObject = messageOf
      ? { nodeId: messageOf, enrollmentId: simulatedRun, visit: visit ?? this.state.visits[messageOf] ?? 0 }
      : {};
    const mark: Mark = { position: String(this.position), snapshot: '', time: happened, received: at };
    return {
      id: `event-${this.position}`,
      name,
      time: happened,
      properties: { ...properties, ...message },
      mark,
      received: at,
    };
  }

  /**
   * The first event, in the order of receipt, that ends the run or what it waits for. What was asked about exits once
   * is not asked again.
   */
  private firstThatCounts(): Input | null {
    const waitingFrom = this.waitingFrom();
    const gathering = this.waiting?.ways ? new Gathering(this.waiting.ways) : null;
    for (let index = Math.min(this.asked, waitingFrom); index < this.received.length; index += 1) {
      const event = this.received[index]!;
      const at = Math.max(event.received, this.state.now);
      if (index >= this.asked)
        for (const exit of this.exits.values()) if (ends(exit, event)) return exitBy(exit, event, at);
      this.asked = Math.max(this.asked, index + 1);
      const input = index >= waitingFrom ? this.inputFor(event, at, gathering) : null;
      if (input) return input;
    }
    return null;
  }

  /** The place among what was received from which the present wait may see something. */
  private waitingFrom(): number {
    return Math.min(
      Number.POSITIVE_INFINITY,
      ...(this.waiting?.arms ?? []).map((arm) => {
        const since = this.sinceOf(arm);
        // The entry has the first position.
        return typeof since === 'number' ? 0 : Number(since.position) - 1;
      }),
    );
  }

  private exitAmong(exits: OpenExit[], at: number): Input | null {
    for (const event of this.received) for (const exit of exits) if (ends(exit, event)) return exitBy(exit, event, at);
    return null;
  }

  private inputFor(event: Received, at: number, gathering: Gathering | null): Input | null {
    const { waiting, state } = this;
    if (!waiting || (state.taken ?? []).includes(event.id)) return null;
    const { received: _, ...run } = event;
    for (const [arm, each] of waiting.arms.entries()) {
      const fits =
        isSince(event, this.sinceOf(each)) && !each.taken?.includes(event.id) && matchesArm(each, event, simulatedRun);
      if (!fits) continue;
      if (!gathering) return { type: 'event', at, wait: waiting.wait, arm, event: run };
      const completion = gathering.add({ arm, event: run });
      if (completion) return { type: 'event', at, wait: waiting.wait, arm, event: run, gathered: completion.gathered };
    }
    return null;
  }

  private sinceOf(arm: OpenArm): Mark | number {
    return arm.since ?? this.sinceHere();
  }

  private sinceHere(): Mark | number {
    return this.state.mark ?? this.state.since ?? this.state.now;
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
    for (let next: Input | null = input; next; next = this.view(found)) {
      inputs.push(next);
      const reduced = reduce(this.simulation.program, this.state, next);
      this.state = reduced.state;
      found.push(...reduced.commands);
    }
    this.commands.push(...found);
    this.simulation.committed?.(found);
    this.steps.push({ at, inputs });
    for (const command of found) this.keep(command);
  }

  private view(found: Command[]): Input | null {
    if (!this.state.needs) return null;
    const at = this.state.now;
    const facts: Record<number, Json> = {};
    for (const { index, fact } of neededFacts(this.simulation.program, this.state))
      facts[index] =
        this.simulation.answer?.(fact, at, traitsSet(found), actsAsked(found), traitsChanged(found)) ?? null;
    return { type: 'view', at, facts };
  }

  private keep(command: Command): void {
    if (command.type === 'openExit')
      this.exits.set(command.criterion, {
        ...command,
        since: (command.again ? null : this.state.entryMark) ?? this.sinceHere(),
      });
    if (command.type === 'openWait') this.waiting = command;
    if (command.type === 'closeWait' && this.waiting?.wait === command.wait) this.waiting = null;
    if (command.type === 'call') this.calling = command;
    if (command.type === 'end' || command.type === 'leaving') Object.assign(this, { waiting: null, calling: null });
    if (command.type === 'leaving') this.exits.clear();
  }
}

function ends(exit: OpenExit, event: Received): boolean {
  return (
    isSince(event, exit.since) &&
    matchesArm({ event: exit.event, where: exit.where, notBefore: exit.notBefore }, event, simulatedRun)
  );
}

function exitBy({ criterion }: OpenExit, { received: _, ...event }: Received, at: number): Input {
  return { type: 'exit', at, criterion, event };
}

function isSince(event: Received, since: Mark | number): boolean {
  return typeof since === 'number' ? event.received > since : isLater(event.mark, since);
}
