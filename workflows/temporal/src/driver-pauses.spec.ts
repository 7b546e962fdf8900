import type { Instruction, Program, StepInput } from '@wend/contract';
import { fold, initialState, programFormat } from '@wend/engine';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Driver } from './driver.workflow.js';
import type { CommitAnswer, CommitRequest, EnrollmentStart, RunSignal } from './protocol.js';

/*
 * Pauses that shift what people wait for, and pauses that hold it, in any order and number, of a run that waits for one
 * time after the other, and whose process is killed at any moment.
 */

type Pause = { id: string; from: number; to: number; shifts: boolean };
type Scenario = { waits: number[]; pauses: Pause[]; kills: number[] };

const hour = 3_600_000;
const programOf = (waits: number[]): Program => ({
  format: programFormat,
  instructions: waits.map((hours, index): Instruction =>
    index % 2 === 0
      ? {
          op: 'wait',
          node: `n${index}`,
          enter: true,
          until: { seconds: hours * 3_600 },
          target: targetOf(index, waits),
        }
      : {
          op: 'waitFor',
          node: `n${index}`,
          enter: true,
          arms: [{ event: 'Never', target: { port: 'never', pc: -1 } }],
          timeout: { seconds: hours * 3_600, target: targetOf(index, waits) },
        },
  ),
  facts: [],
  firstReads: [],
  exits: [],
  names: {},
  entryPaths: [],
  eventPaths: {},
});
const targetOf = (index: number, { length }: number[]) => ({ port: 'next', pc: index + 1 < length ? index + 1 : -1 });

/** When each wait is over, said in other words: what is shifted adds what lies in the wait, what holds moves the end of the pause. */
function expected({ waits, pauses }: Scenario): number[] {
  let now = pauses.find(({ from, to }) => from <= 0 && to > 0)?.to ?? 0;
  return waits.map((hours) => {
    let due = now + hours * hour;
    for (const { from, to, shifts } of pauses) {
      if (to <= now || from > due) continue;
      if (shifts && from < due) due += to - Math.max(from, now);
      else due = Math.max(due, to);
    }
    now = due;
    return due;
  });
}

/** Plays the run on a clock of its own, with what commits promise of pauses. */
class World {
  private now = 0;
  private life = 0;
  private timers: { until: number; fire: () => void }[] = [];
  private readonly steps: StepInput[][] = [];
  private held = false;
  private until: number | null = null;
  private driver!: Driver;
  readonly left: number[] = [];

  constructor(private readonly scenario: Scenario) {}

  async play(): Promise<number[]> {
    this.begin();
    const { pauses, kills } = this.scenario;
    const moments = [...pauses.flatMap(({ from, to }) => [from, to]), ...kills];
    for (;;) {
      await settle();
      const due = [...moments, ...this.timers.map(({ until }) => until)].filter((at) => at > this.now);
      if (due.length === 0) return this.left;
      this.now = Math.min(...due);
      if (kills.includes(this.now)) this.begin();
      for (const timer of this.timers.filter(({ until }) => until <= this.now)) {
        this.timers = this.timers.filter((each) => each !== timer);
        timer.fire();
      }
      await settle();
      if (this.held && !this.isPaused()) this.tell({ type: 'resume' });
    }
  }

  private tell(signal: RunSignal): void {
    this.held = false;
    this.driver.receive(signal);
  }

  private isPaused(): boolean {
    return this.scenario.pauses.some(({ from, to }) => from <= this.now && to > this.now);
  }

  /** A new process of the run, which knows nothing. */
  private begin(): void {
    const life = (this.life += 1);
    const mine = <Of>(work: () => Of): Of | Promise<never> =>
      life === this.life ? work() : new Promise<never>(() => undefined);
    this.timers = [];
    this.held = false;
    const program = programOf(this.scenario.waits);
    const start: EnrollmentStart = {
      identity: {
        workspaceId: 'w',
        enrollmentId: 'run',
        journeyId: 'j',
        versionId: 'v',
        profileId: 'p',
        origin: 'live',
      },
      program,
      offset: 0,
      first: {
        type: 'enrolled',
        at: 0,
        seed: 's',
        entry: { id: 'e', name: 'Entry', time: 0, properties: {}, mark: { position: '1', snapshot: '', time: 0 } },
      },
    };
    this.driver = new Driver(start, {
      workflowId: 'run',
      now: () => this.now,
      read: async () => ({}),
      commit: async (request) => {
        await Promise.resolve();
        const answer = await mine(() => this.commit(request));
        await Promise.resolve();
        return mine(() => answer);
      },
      startTimer: ({ until, fire }) => {
        const timer = { until: Math.max(until, this.now + 1e-6), fire };
        this.timers.push(timer);
        return () => (this.timers = this.timers.filter((each) => each !== timer));
      },
      startCall: () => () => undefined,
      shouldGoOnAnew: () => false,
      goOnAnew: () => Promise.reject(new Error('never')),
    });
    void this.driver.drive();
  }

  private commit({ step, inputs, commands, pauses: known = [] }: CommitRequest): CommitAnswer {
    if (step < this.steps.length) return { outcome: 'applied', stored: this.steps.slice(step), missed: [] };
    const timer = inputs.find((input) => input.type === 'timer');
    const { until } = this;
    if (timer?.type === 'timer' && until !== null) {
      const pauses = this.scenario.pauses
        .filter(({ id, from, to, shifts }) => shifts && to <= this.now && from < until && !known.includes(id))
        .map(({ id, from, to }) => ({ id, from, to }));
      if (pauses.length > 0) return { outcome: 'eventsFirst', events: [{ type: 'paused', wait: timer.wait, pauses }] };
    }
    if (this.isPaused()) {
      this.held = true;
      return { outcome: 'held' };
    }
    this.steps.push(inputs);
    for (const command of commands) {
      if (command.type === 'leave') this.left.push(Math.round(command.at));
      if (command.type === 'openWait' || command.type === 'shift') this.until = command.until;
    }
    return { outcome: 'applied', missed: [] };
  }

  /** What is stored folds to the same end. */
  folds(): boolean {
    const program = programOf(this.scenario.waits);
    return fold({ program, state: initialState(program) }, this.steps.flat()).state.ended?.outcome === 'completed';
  }
}

async function settle(): Promise<void> {
  for (let turn = 0; turn < 60; turn += 1) await Promise.resolve();
}

const scenarios = fc
  .record({
    waits: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
    gaps: fc.array(
      fc.record({
        before: fc.integer({ min: 0, max: 40 }),
        length: fc.integer({ min: 1, max: 80 }),
        shifts: fc.boolean(),
      }),
      { maxLength: 6 },
    ),
    kills: fc.array(fc.integer({ min: 0, max: 400 }), { maxLength: 4 }),
  })
  .map(({ waits, gaps, kills }): Scenario => {
    let at = 0;
    const pauses = gaps.map(({ before, length, shifts }, index) => {
      const from = at + before * hour + 7;
      at = from + length * hour;
      return { id: `pause ${index}`, from, to: at, shifts };
    });
    return { waits, pauses, kills: kills.map((hours) => hours * hour + 3) };
  });

it('what people wait for is over later by the pauses that shift it, and by no more', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, async (scenario) => {
      const world = new World(scenario);
      expect(await world.play()).toEqual(expected(scenario));
      expect(world.folds()).toBe(true);
    }),
    { numRuns: 2_000, seed: 20_261_201 },
  );
}, 120_000);

it('three weeks of pause in a wait of a day are three weeks and the rest of the day', async () => {
  const pause = (shifts: boolean): Pause => ({ id: 'p', from: 12 * hour, to: 12 * hour + 21 * 24 * hour, shifts });
  expect(await new World({ waits: [24, 24], pauses: [pause(true)], kills: [] }).play()).toEqual([
    22 * 24 * hour,
    23 * 24 * hour,
  ]);
  expect(await new World({ waits: [24, 24], pauses: [pause(false)], kills: [] }).play()).toEqual([
    21.5 * 24 * hour,
    22.5 * 24 * hour,
  ]);
});
