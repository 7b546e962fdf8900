import type { CallOutcome, Command, RunEvent } from '@wend/contract';
import { Driver } from '../driver.workflow.js';
import type { CallCommand, CallResult, Surroundings } from '../driver.workflow.js';
import type { CommitAnswer, CommitRequest, EnrollmentStart, RunIdentity, RunSignal } from '../protocol.js';
import { upAt } from './scenario.js';
import type { Happening, Scenario, Story } from './scenario.js';

/** Lets whatever else could happen at this instant happen first, or not. */
export type Turn = () => Promise<void>;

/** Where events, steps and waits are kept. */
export type Store = {
  ingest: (events: Happening[]) => Promise<void>;
  /** Stores the event that the person enters by. */
  enter: (at: number) => Promise<RunEvent>;
  /** How many events the router has not worked on yet. */
  readonly queued: number;
  /** The signals that the next `count` events come to. */
  route: (count: number) => Promise<RunSignal[]>;
  commit: (request: CommitRequest, turn: Turn) => Promise<CommitAnswer>;
  readonly commands: readonly Command[];
};

type Ready = { act: () => void | Promise<void> };
type Timer = { until: number; fire: () => void };

const restarts = 4;

type PlayThroughOptions = {
  scenario: Scenario;
  store: Store;
  identity: RunIdentity;
  choices: (below: number) => number;
};

/**
 * Plays a scenario with the driver that production runs, on a clock of its own: events are received, routed, signalled,
 * folded and committed in any order that the real parts could do it in, chosen by `choices`; the process that drives
 * the run is killed now and then, also between a commit and its answer, and execution goes on anew from a snapshot.
 * Returns what the run did.
 */
export async function playThrough({ scenario, store, identity, choices }: PlayThroughOptions): Promise<Story> {
  const world = new World(scenario, store, identity, choices);
  await world.play();
  return storyOf(store.commands);
}

/** What the commands of a run come to, in the words of a story. */
export function storyOf(commands: readonly Command[]): Story {
  return commands.flatMap((command) => {
    if (command.type === 'leave' && command.port !== null) return [`${command.node}:${command.port}@${command.at}`];
    if (command.type === 'send') return [`send ${command.node}#${command.visit}`];
    if (command.type === 'set') return [`set ${command.node}#${command.visit}`];
    if (command.type === 'change') return [`change ${command.node}#${command.visit}`];
    if (command.type === 'act') return [`act ${command.kind} ${command.node}#${command.visit}`];
    return command.type === 'end' ? [`${command.outcome}@${command.at}`] : [];
  });
}

class World {
  private now: number;
  private ready: Ready[] = [];
  private timers: Timer[] = [];
  /** Signals on their way, in order; and all of this execution, which a restart gets again. */
  private signals: RunSignal[] = [];
  private delivered: RunSignal[] = [];
  /** Moves that some process of this run has been told of. */
  private readonly told = new Set<RunSignal>();
  private start: EnrollmentStart | null = null;
  private driver: Driver | null = null;
  private life = 0;
  private crashes = 0;
  /** Commits that wait for nobody's turn: their answers are on the way. */
  private working = 0;
  private readonly calls = new Map<string, number>();
  private failure: Error | null = null;

  constructor(
    private readonly scenario: Scenario,
    private readonly store: Store,
    private readonly identity: RunIdentity,
    private readonly choices: (below: number) => number,
  ) {
    this.now = scenario.entryAt;
  }

  async play(): Promise<void> {
    const { scenario } = this;
    const entry = await this.store.enter(scenario.entryAt);
    const enteredAt = upAt(scenario, scenario.entryAt);
    const moves = scenario.moves ?? [];
    let next = 0;
    let moved = 0;
    for (;;) {
      const batch = scenario.events.slice(next).filter((event) => event.at <= this.now);
      next += batch.length;
      if (batch.length > 0) await this.store.ingest(batch);
      if (upAt(scenario, this.now) === this.now) {
        for (; moves[moved] && moves[moved]!.at <= this.now; moved += 1) this.move(moved, moves[moved]?.to);
        if (!this.start) this.begin(entry, enteredAt);
        await this.settle();
      }
      const later = [
        scenario.events[next]?.at,
        ...moves.slice(moved, moved + 1).map(({ at }) => upAt(scenario, at)),
        ...this.timers.map(({ until }) => upAt(scenario, Math.max(this.now + 1, until))),
        upAt(scenario, this.now),
      ].flatMap((at) => (at !== undefined && at > this.now ? [at] : []));
      const soonest = Math.min(...later);
      if (!Number.isFinite(soonest) || soonest > scenario.until) return;
      this.now = soonest;
    }
  }

  private begin(entry: RunEvent, at: number): void {
    this.start = {
      identity: this.identity,
      program: this.scenario.program,
      offset: 0,
      first: { type: 'enrolled', at, seed: 'seed', entry },
    };
    this.live();
  }

  /** Tells the run to go on in a new version of the same program, from where it is now. */
  private move(index: number, to?: string): void {
    const at = this.store.commands.findLast((command) => command.type === 'enter');
    if (at?.type !== 'enter') return;
    this.signals.push({
      type: 'move',
      workspaceId: this.identity.workspaceId,
      versionId: `v${index + 2}`,
      program: structuredClone(this.scenario.program),
      move: {
        move: `move ${index}`,
        from: { node: at.node, visit: at.visit, version: index + 1 },
        program: `program ${index}`,
        version: index + 2,
        to: to ?? at.node,
        ...(to === undefined ? { follow: true } : {}),
        entry: {},
      },
    });
  }

  /** A process takes the run up, from its start or its last snapshot. */
  private live(): void {
    const { start } = this;
    if (!start) return;
    this.life += 1;
    this.timers = [];
    this.ready = [];
    this.signals = [...this.delivered, ...this.signals];
    this.delivered = [];
    const life = this.life;
    const driver = new Driver(start, this.surroundings(life));
    this.driver = driver;
    // What a process may have committed by was in the history that it was given, which the next one is given whole.
    for (const signal of this.signals.filter(({ type }) => type === 'move')) {
      if (this.told.has(signal)) driver.receive(structuredClone(signal));
    }
    // Nobody waits for it: a killed process never answers.
    void driver.drive().then(
      () => (this.life === life ? (this.driver = null) : undefined),
      (error: Error) => (this.life === life ? (this.failure = error) : undefined),
    );
  }

  private surroundings(life: number): Surroundings {
    const alive = (): boolean => this.life === life;
    const turn: Turn = () => {
      this.working -= 1;
      return new Promise<void>((resolve) => alive() && this.ready.push({ act: resolve })).then(
        () => void (this.working += 1),
      );
    };
    return {
      workflowId: 'run',
      now: () => this.now,
      read: async ({ facts }) =>
        Object.fromEntries(facts.map(({ index }) => [index, this.scenario.answers[index] ?? null])),
      commit: async (request) => {
        this.working += 1;
        const answer = await this.store.commit(structuredClone(request), turn);
        await turn();
        this.working -= 1;
        return answer;
      },
      startTimer: ({ until, fire }) => this.at(until, () => alive() && fire()),
      startCall: ({ command, settle }) => {
        // What a killed process had asked for goes on without it.
        const began = this.calls.get(command.wait) ?? this.now;
        this.calls.set(command.wait, began);
        return this.at(
          began + (this.scenario.calls[command.node]?.ms ?? 0),
          () => alive() && settle(this.resultOf(command)),
        );
      },
      shouldGoOnAnew: () => this.choices(12) === 0,
      goOnAnew: (start) => {
        this.start = structuredClone(start);
        this.delivered = [];
        this.live();
        return new Promise<never>(() => undefined);
      },
    };
  }

  private at(until: number, fire: () => void): () => void {
    const timer = { until, fire };
    this.timers.push(timer);
    return () => (this.timers = this.timers.filter((other) => other !== timer));
  }

  private resultOf(command: CallCommand): CallResult {
    const outcomes: CallOutcome[] = this.scenario.calls[command.node]?.outcomes ?? [];
    const part = Number(command.wait.split('.')[1] ?? 0);
    return { type: 'callDone', outcome: outcomes[part] ?? { kind: 'done', port: 'done' } };
  }

  /** Does all that can be done at this instant, one thing after the other, in any order. */
  private async settle(): Promise<void> {
    for (let count = 0; ; count += 1) {
      do await flush();
      while (this.working > 0 && !this.failure);
      if (this.failure) throw this.failure;
      if (count > 20_000) throw new Error('It never comes to rest.');
      const possible = this.possible();
      const chosen = possible[possible.length > 1 ? this.choices(possible.length) : 0];
      if (!chosen) return;
      await chosen();
    }
  }

  private possible(): (() => void | Promise<void>)[] {
    const due = this.timers.filter(({ until }) => until <= this.now);
    const crash = this.driver && this.ready.length > 0 && this.crashes < restarts && this.choices(25) === 0;
    if (crash) return [() => this.crash()];
    return [
      ...this.ready.slice(0, 1).map((ready) => () => {
        this.ready.shift();
        return ready.act();
      }),
      ...due.map((timer) => () => {
        this.timers = this.timers.filter((other) => other !== timer);
        timer.fire();
      }),
      ...(this.store.queued > 0
        ? [async () => void this.signals.push(...(await this.store.route(1 + this.choices(4))))]
        : []),
      ...(this.signals.length > 0 ? [() => this.deliver()] : []),
    ];
  }

  private crash(): void {
    this.crashes += 1;
    this.live();
  }

  /** At least once: now and then a signal comes twice. */
  private deliver(): void {
    const signal = this.choices(8) === 0 ? this.signals[0] : this.signals.shift();
    if (!signal) return;
    this.delivered.push(signal);
    if (signal.type === 'move') this.told.add(signal);
    this.driver?.receive(structuredClone(signal));
  }
}

function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
