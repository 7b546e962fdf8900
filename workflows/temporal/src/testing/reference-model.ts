import type { EventArm, Instruction, JsonObject, Rule, Target } from '@wend/contract';
import { digestFull } from '@wend/contract';
import { clockTolerance, drawOf, holds } from '@wend/engine';
import { upAt } from './scenario.js';
import type { FilledAnswer, Happening, Scenario, Story, TimeAnswer } from './scenario.js';

/*
 * What a journey means, written down a second time and on purpose without marks, snapshots, waits in tables, signals or
 * a reducer: one list of what was received, and a place in it. The engine, driven through the commit protocol, must
 * come to the same story.
 */

/**
 * `after`: what was received at this place of the list or before is behind the run. `opened`: when the run got there.
 */
type Place = { after: number; opened: number; taken: number[] };
type Waiting = {
  arms: {
    arm: EventArm | null;
    event: string;
    where?: Rule | undefined;
    messageOf?: string | undefined;
    visit?: number;
    /** What earlier steps had come to when it was opened. */
    results: Results;
    lookBack: boolean;
    from: number;
    notBefore: number;
  }[];
  /** Ways that take several events: for each arm how many. */
  ways: { target: Target; all: { arm: number; times: number }[] }[] | null;
  until: number | null;
};

type Results = Readonly<Record<string, JsonObject>>;
/** What ends the run: since when, and compared with which results. */
type Exit = {
  event: string;
  where: Rule | undefined;
  results: Results;
  from: number;
  notBefore: number;
  taken: number[];
};

/** The event that ends a wait, the arm that it is for, and where the run goes; nowhere when a custom node waited. */
type Found = { index: number; arm: Waiting['arms'][number]; target: Target | undefined };

export function referenceStory(scenario: Scenario): Story {
  return new Model(scenario).run();
}

class Model {
  private readonly story: Story = [];
  private readonly visits: Record<string, number> = {};
  private readonly looked: Record<string, number> = {};
  private readonly calls: Record<string, number> = {};
  private place: Place;
  private now: number;
  private pc = 0;
  private node: string | null = null;
  private waiting: Waiting | null = null;
  private calling: { until: number; node: string } | null = null;
  private ended = false;
  /** Nodes that were left, each once, and how the run ends once they are undone. */
  private done: string[] = [];
  private leaving: string | null = null;
  private results: Results = {};
  private readonly exitsOpen: Exit[];
  private readonly moves: NonNullable<Scenario['moves']>;

  constructor(private readonly scenario: Scenario) {
    this.moves = [...(scenario.moves ?? [])].filter(({ to }) => to !== undefined);
    this.now = upAt(scenario, scenario.entryAt);
    this.place = { after: -1, opened: scenario.entryAt, taken: [] };
    this.exitsOpen = scenario.program.exits.map(({ event, where }) => ({
      event,
      where,
      results: {},
      from: -1,
      notBefore: scenario.entryAt - clockTolerance,
      taken: [],
    }));
  }

  /** What a step came to. An exit that compares with it does so from here on, with what comes from here on. */
  private keep(node: string, output: JsonObject): void {
    this.results = { ...this.results, [node]: output };
    for (const [index, exit] of this.exitsOpen.entries())
      if (JSON.stringify(exit.where ?? null).includes(`"${node}.`))
        this.exitsOpen[index] = {
          ...exit,
          results: this.results,
          from: this.place.after,
          notBefore: this.place.opened - clockTolerance,
          taken: this.place.taken,
        };
  }

  run(): Story {
    if (this.exitBy((event) => event.at <= this.now)) return this.story;
    this.goOn();
    while (!this.ended && this.next());
    return this.story;
  }

  /** Whoever waits at a step is at its end, by no path, and stands where it is told to. Nothing else happens then. */
  private moveBefore(next: number): boolean {
    const move = this.moves[0];
    if (!move || move.at >= next) return false;
    this.moves.shift();
    const { op } = this.instruction ?? {};
    const pc = this.scenario.program.instructions.findIndex(({ node, enter }) => node === move.to && enter);
    if (move.to === undefined || !this.waiting || pc < 0 || (op !== 'wait' && op !== 'waitFor')) return true;
    this.now = move.at;
    Object.assign(this, { waiting: null, node: null, pc });
    this.standHere();
    this.goOn();
    return true;
  }

  private receivedBy(time: number, index: number): boolean {
    return (this.scenario.events[index]?.at ?? Number.POSITIVE_INFINITY) <= time;
  }

  /** Ends the run by the first exit event that is received in time; true when there was one. */
  private exitBy(inTime: (event: Happening) => boolean): boolean {
    const index = this.scenario.events.findIndex((event) => inTime(event) && this.isExit(event));
    if (index < 0) return false;
    this.now = Math.max(this.now, upAt(this.scenario, this.scenario.events[index]!.at));
    this.end('exited');
    return true;
  }

  /** Ends the run; true while something of it is still to be undone. */
  private exits(): boolean {
    this.exitBy(() => true);
    return !this.ended;
  }

  private isExit(event: Happening): boolean {
    const index = this.scenario.events.indexOf(event);
    return this.exitsOpen.some(
      ({ event: name, where, results, from, notBefore, taken }) =>
        name === event.name &&
        index > from &&
        !taken.includes(index) &&
        event.happened >= notBefore &&
        holds(where, { property: event.properties, run: results }),
    );
  }

  private next(): boolean {
    const { events, until } = this.scenario;
    if (this.leaving !== null) return this.undoOn();
    const exit = events.findIndex((event) => this.isExit(event));
    const exitAt = exit < 0 ? Number.POSITIVE_INFINITY : Math.max(this.now, upAt(this.scenario, events[exit]!.at));
    if (this.calling) {
      const at = Math.max(this.now, upAt(this.scenario, this.calling.until));
      if (this.moveBefore(Math.min(exitAt, at))) return true;
      if (exitAt <= at) return exitAt <= until && this.exits();
      if (at > until) return false;
      this.now = at;
      this.answer(this.calling.node);
      return true;
    }
    if (!this.waiting) return false;
    const due = this.waiting.until;
    const timerAt = due === null ? Number.POSITIVE_INFINITY : Math.max(this.now, upAt(this.scenario, due));
    const found = this.firstFor(this.waiting);
    const event = found && (due === null || this.receivedBy(due, found.index)) ? found : null;
    const eventAt = event ? Math.max(this.now, upAt(this.scenario, events[event.index]!.at)) : Number.POSITIVE_INFINITY;
    if (this.moveBefore(Math.min(exitAt, timerAt, eventAt))) return true;
    // In the order of receipt; a timer comes after what was received in time, and after whatever ends the run.
    if (event && (exit < 0 || event.index < exit || exitAt > eventAt)) {
      if (eventAt > until) return false;
      this.now = eventAt;
      this.leaveByEvent(event);
      return true;
    }
    if (exitAt <= timerAt) return exitAt <= until && this.exits();
    if (timerAt > until) return false;
    this.now = timerAt;
    this.leaveByTimer();
    return true;
  }

  /** Nothing reaches who is leaving but the answers of what undoes their steps. */
  private undoOn(): boolean {
    if (!this.calling) return false;
    const at = Math.max(this.now, upAt(this.scenario, this.calling.until));
    if (at > this.scenario.until) return false;
    this.now = at;
    this.answer(this.calling.node);
    return true;
  }

  private firstFor({ arms, ways }: Waiting): Found | null {
    const counts = arms.map(() => 0);
    for (const [index, event] of this.scenario.events.entries()) {
      if (this.place.taken.includes(index)) continue;
      for (const [place, arm] of arms.entries()) {
        const fits =
          index > arm.from &&
          arm.event === event.name &&
          event.happened >= arm.notBefore &&
          this.isOf(arm, event) &&
          holds(arm.where, { property: event.properties, run: arm.results });
        if (!fits) continue;
        if (!ways) return { index, arm, target: arm.arm?.target };
        counts[place]! += 1;
        const way = ways.find(({ all }) => all.every((each) => counts[each.arm]! >= each.times));
        if (way) return { index, arm, target: way.target };
      }
    }
    return null;
  }

  private isOf({ messageOf, visit }: Waiting['arms'][number], event: Happening): boolean {
    return messageOf === undefined || (event.messageOf === messageOf && event.visit === visit);
  }

  /** Behind the run now lies all that was received. */
  private standHere(): void {
    const received = this.scenario.events.findLastIndex((event) => event.at <= this.now);
    this.place = { after: received, opened: this.now, taken: [] };
  }

  private standAt(index: number): void {
    if (index > this.place.after)
      this.place = { after: index, opened: this.scenario.events[index]!.happened, taken: [index] };
    else this.place = { ...this.place, taken: [...this.place.taken, index] };
  }

  private get instruction(): Instruction | undefined {
    return this.scenario.program.instructions[this.pc];
  }

  private leaveByEvent({ index, arm, target }: Found): void {
    const { instruction } = this;
    this.waiting = null;
    this.standAt(index);
    if (instruction?.op === 'digest') this.keep(instruction.node, {});
    if (instruction?.op === 'call') return this.begin(instruction.node);
    if (instruction?.op === 'waitFor' && instruction.result) {
      const { p } = this.scenario.events[index]!.properties;
      this.keep(instruction.node, p === undefined ? {} : { p });
    }
    if (arm.lookBack && instruction)
      this.looked[instruction.node] = Math.max(this.looked[instruction.node] ?? -1, index);
    if (target) this.leave(target);
    this.goOn();
  }

  private leaveByTimer(): void {
    const { instruction } = this;
    this.waiting = null;
    this.standHere();
    if (instruction?.op === 'call') return this.begin(instruction.node);
    if (instruction?.op === 'digest') this.keep(instruction.node, {});
    if (instruction?.op === 'wait' || instruction?.op === 'digest') this.leave(instruction.target);
    if (instruction?.op === 'waitFor' && instruction.timeout) this.leave(instruction.timeout.target);
    this.goOn();
  }

  private begin(node: string): void {
    this.calling = { node, until: this.now + (this.scenario.calls[node]?.ms ?? 0) };
  }

  private answer(node: string): void {
    const { instruction } = this;
    this.calling = null;
    if (instruction?.op !== 'call') return;
    const call = `${node}#${this.visits[node] ?? 0}`;
    const count = (this.calls[call] ?? 0) + 1;
    this.calls[call] = count;
    const outcome = this.scenario.calls[node]?.outcomes[count - 1] ?? { kind: 'done', port: 'done' };
    if (outcome.kind === 'waitFor' && this.leaving !== null) return this.end('failed');
    if (outcome.kind === 'waitFor') {
      const arm = {
        arm: null,
        event: outcome.event,
        where: outcome.where,
        results: this.results,
        lookBack: false,
        from: this.place.after,
        notBefore: this.place.opened - clockTolerance,
      };
      this.waiting = {
        arms: [arm],
        ways: null,
        until: outcome.timeoutSeconds === undefined ? null : this.now + outcome.timeoutSeconds * 1_000,
      };
      return;
    }
    if (outcome.kind !== 'done') throw new Error('The model knows no such outcome.');
    this.standHere();
    if (outcome.output !== undefined) this.keep(node, outcome.output as JsonObject);
    const target = instruction.targets.find((each) => each.port === outcome.port);
    if (target) this.leave(target);
    this.goOn();
  }

  private leave(target: Target): void {
    if (this.node !== null) {
      const { node } = this;
      this.story.push(`${node}:${target.port}@${this.now}`);
      const wentWrong = target.port === 'failed' || target.port === 'error';
      if (this.leaving === null && !wentWrong && this.scenario.program.undo?.[node] !== undefined)
        this.done = [...this.done.filter((other) => other !== node), node];
    }
    this.node = null;
    this.pc = target.pc;
  }

  private end(outcome: string): void {
    if (this.leaving === null && outcome !== 'completed' && this.done.length > 0) this.leaving = outcome;
    if (this.leaving !== null) return this.undoNext();
    this.finish(outcome);
  }

  private undoNext(): void {
    const node = this.done.pop();
    Object.assign(this, { waiting: null, calling: null, node: null });
    if (node === undefined) return this.finish(this.leaving ?? '');
    this.pc = this.scenario.program.undo?.[node] ?? -1;
    this.goOn();
  }

  private finish(outcome: string): void {
    this.story.push(`${outcome}@${this.now}`);
    this.ended = true;
  }

  private goOn(): void {
    while (!this.ended) {
      const { instruction } = this;
      if (!instruction) return this.end('completed');
      if (this.node === null) {
        this.node = instruction.node;
        this.visits[this.node] = (this.visits[this.node] ?? 0) + 1;
      }
      if (!this.pass(instruction)) return;
    }
  }

  /** True when the run goes on at once. An instruction that is not told here does not compile. */
  private pass(instruction: Instruction): boolean {
    switch (instruction.op) {
      case 'goto': {
        const { node, target, most = Number.POSITIVE_INFINITY, over = target } = instruction;
        this.leave((this.visits[node] ?? 0) > most ? over : target);
        return true;
      }
      case 'send':
        this.passSend(instruction);
        return true;
      case 'branch': {
        const arm = instruction.arms.find(({ rule }) => this.isSo(rule));
        this.leave(arm?.target ?? instruction.otherwise);
        return true;
      }
      case 'set':
        this.story.push(`set ${instruction.node}#${this.visits[instruction.node] ?? 0}`);
        this.leave(instruction.target);
        return true;
      case 'act':
        return this.passFilled(instruction, `act ${instruction.kind}`);
      case 'change':
        return this.passFilled(instruction, 'change');
      case 'inputs': {
        const { node, settings, target, failed } = instruction;
        const answer = 'fixed' in settings ? settings.fixed : (this.scenario.answers[settings.fact] as FilledAnswer);
        const values = 'fixed' in settings ? settings.fixed : answer['ok'] === true ? answer['values'] : null;
        if (values) this.keep(node, values as JsonObject);
        this.leave(values ? target : failed);
        return true;
      }
      case 'result': {
        const { of, result, target } = instruction;
        if (this.leaving !== null) {
          this.end('completed');
          return false;
        }
        this.keep(of, { ...(this.results[of] as JsonObject | undefined), result });
        this.leave(target);
        return true;
      }
      case 'reach':
        this.leave(this.firstThatReaches(instruction));
        return true;
      case 'split':
        this.leave(armOfDraw(instruction, drawOf(`seed/${instruction.node}`)));
        return true;
      case 'claim': {
        const { port } = this.scenario.answers[instruction.fact] as { port: string };
        this.leave(instruction.targets.find((target) => target.port === port)!);
        return true;
      }
      case 'digest':
        return this.passDigest(instruction);
      case 'wait':
        return this.passWait(instruction);
      case 'waitFor':
        return this.passWaitFor(instruction);
      case 'call':
        this.begin(instruction.node);
        return false;
      case 'end':
        this.end('completed');
        return false;
    }
  }

  /** What is so already counts as seen once. */
  private passWaitFor({ node, arms, ways, timeout, result }: Extract<Instruction, { op: 'waitFor' }>): boolean {
    const met = arms.flatMap(({ already }, index) => (already && this.isSo(already) ? [index] : []));
    const left = (ways ?? arms.map(({ target }, arm) => ({ target, all: [{ arm, times: 1 }] }))).map(
      ({ target, all }) => ({
        target,
        all: all
          .map(({ arm, times }) => ({ arm, times: times - (met.includes(arm) ? 1 : 0) }))
          .filter(({ times }) => times > 0),
      }),
    );
    const over = left.find(({ all }) => all.length === 0);
    if (over) {
      if (result) this.keep(node, {});
      this.leave(over.target);
      return true;
    }
    this.waiting = {
      arms: arms.map((arm) => this.openArm(node, arm)),
      ways: ways ? left : null,
      until: timeout ? this.endOf(timeout) : null,
    };
    return false;
  }

  /** Nobody is told that they had enough who could not be reached anyway. */
  private passSend({ node, queued, notReachable, capped }: Extract<Instruction, { op: 'send' }>): void {
    const answer = (kind: string): boolean =>
      this.scenario.program.facts.some(
        (fact, index) =>
          fact.kind === kind && 'channel' in fact && fact.channel === 'email' && this.scenario.answers[index] === true,
      );
    if (notReachable && !answer('reachable')) return this.leave(notReachable);
    if (capped && answer('capped')) return this.leave(capped);
    this.story.push(`send ${node}#${this.visits[node] ?? 0}`);
    this.leave(queued);
  }

  private isSo(rule: Rule): boolean {
    const { program, answers } = this.scenario;
    return holds(rule, {
      run: this.results,
      fact: (asked) =>
        answers[
          program.facts.findIndex((fact) => fact.kind === 'trait' && asked.kind === 'trait' && fact.path === asked.path)
        ] as boolean,
    });
  }

  /** Nothing is done with settings that cannot be filled in. */
  private passFilled(
    { node, settings, target, failed }: Extract<Instruction, { op: 'act' | 'change' }>,
    what: string,
  ): boolean {
    const answer = 'fixed' in settings ? null : (this.scenario.answers[settings.fact] as TimeAnswer | FilledAnswer);
    const isFilled = answer === null || ('ok' in answer && answer.ok);
    if (isFilled) this.story.push(`${what} ${node}#${this.visits[node] ?? 0}`);
    this.leave(isFilled ? target : (failed ?? target));
    return true;
  }

  private firstThatReaches({ ways, otherwise }: Extract<Instruction, { op: 'reach' }>): Target {
    const { facts } = this.scenario.program;
    const reached = ways.find(({ channel }) =>
      facts.some(
        (fact, index) => fact.kind === 'reachable' && fact.channel === channel && this.scenario.answers[index] === true,
      ),
    );
    return reached?.target ?? otherwise;
  }

  private passWait({ until, target, otherwise = [] }: Extract<Instruction, { op: 'wait' }>): boolean {
    const answer = 'seconds' in until ? { at: this.now + until.seconds * 1_000 } : this.timeOf(until.fact);
    if ('at' in answer) {
      this.waiting = { arms: [], ways: null, until: answer.at };
      return false;
    }
    const way = [target, ...otherwise].find(({ port }) => port === answer.port);
    if (way) this.leave(way);
    return true;
  }

  /** Whoever joins one is done with it; whoever opens one waits, for the time or for its being full. */
  private passDigest({ node, join, until, full, target }: Extract<Instruction, { op: 'digest' }>): boolean {
    const { port } = this.scenario.answers[join] as { port: string };
    if (port === 'joined') {
      this.leave({ port, pc: -1 });
      this.end('completed');
      return false;
    }
    const answer = 'seconds' in until ? null : this.timeOf(until.fact);
    const end = 'seconds' in until ? this.now + until.seconds * 1_000 : answer && 'at' in answer ? answer.at : this.now;
    const arm: EventArm = { event: digestFull, messageOf: node, target };
    this.waiting = { arms: full ? [this.openArm(node, arm)] : [], ways: null, until: Math.max(end, this.now) };
    return false;
  }

  private timeOf(fact: number): TimeAnswer {
    return this.scenario.answers[fact] as TimeAnswer;
  }

  private endOf({ seconds, fact }: { seconds: number; fact?: number }): number {
    const answer = fact === undefined ? null : this.timeOf(fact);
    const longest = this.now + seconds * 1_000;
    if (!answer) return longest;
    if ('at' in answer) return answer.at < this.now ? this.now : Math.min(longest, answer.at);
    return answer.port === 'past' ? this.now : longest;
  }

  private openArm(node: string, arm: EventArm): Waiting['arms'][number] {
    const lookBack = arm.lookBack ?? false;
    return {
      arm,
      event: arm.event,
      where: arm.where,
      messageOf: arm.messageOf,
      results: this.results,
      lookBack,
      ...(arm.messageOf ? { visit: this.visits[arm.messageOf] ?? 0 } : {}),
      from: lookBack ? (this.looked[node] ?? -1) : this.place.after,
      notBefore: (lookBack ? this.scenario.entryAt : this.place.opened) - clockTolerance,
    };
  }
}

function armOfDraw({ arms }: Extract<Instruction, { op: 'split' }>, draw: number): Target {
  const arm = arms.find(({ spans }) => spans?.some(([from, to]) => from / 2 ** 32 <= draw && draw < to / 2 ** 32));
  if (!arm) throw new Error('A draw that no arm takes.');
  return arm.target;
}
