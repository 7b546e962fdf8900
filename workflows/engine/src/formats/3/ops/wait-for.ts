import type {
  ArmCount,
  EventArm,
  GatheredEvent,
  JsonObject,
  MetArm,
  OpenArm,
  Program,
  RunEvent,
  RunState,
  Target,
} from '@wend/contract';
import { bindRule, evaluate } from '../../../evaluate.js';
import { leavesOf } from '../../../fact.js';
import { completionOf } from '../../../gathering.js';
import { notBefore } from '../../../receipt.js';
import { resultOfNothing, resultOfWait } from '../../../wait-result.js';
import { reasoned } from '../reasoned.js';
import type { InstructionOf, Op, WakeInput } from '../op.js';
import type { Stretch } from '../stretch.js';

export const waitFor: Op<'waitFor'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { state } = stretch;
    const { node, timeout, arms, asks } = instruction;
    const met = metArms(stretch, arms);
    const way = met.length > 0 ? wayMet(instruction, met) : null;
    if (way) return goOn(stretch, instruction, { way, met });
    const id = stretch.waitId(node, state.followed);
    const ways = waysLeft(instruction, met);
    const because = timeout?.fact === undefined ? null : reasoned(state.facts?.[timeout.fact]);
    const until = timeout ? endOf(stretch, timeout.seconds, because) : null;
    state.wait = { kind: 'events', id, until, ...(because ? { because } : {}), ...(met.length > 0 ? { met } : {}) };
    stretch.commands.push({
      type: 'openWait',
      wait: id,
      node,
      until,
      arms: arms.map((arm) => open(stretch, node, arm)),
      ...(ways ? { ways: ways.map(({ all }) => all) } : {}),
      // Without paths all properties are kept.
      ...(instruction.result && !instruction.result.paths ? { whole: true as const } : {}),
      ...(asks ? { asks } : {}),
    });
    return false;
  },
  wake: (stretch, instruction, input) => {
    if (input.type === 'event') byEvent(stretch, instruction, input);
    else if (input.type === 'timer') byTimer(stretch, instruction);
  },
  takesEvent: (instruction, { arm, gathered }, { wait }) =>
    instruction.ways
      ? gathered !== undefined && completed(waysLeft(instruction, metOf(wait)) ?? [], gathered) !== null
      : instruction.arms[arm] !== undefined,
  facts: ({ arms, timeout }, program) => [
    ...arms.flatMap(({ already }) => (already ? leavesOf(already) : [])),
    ...factOf(timeout?.fact, program),
  ],
  passesTo: ({ arms, ways }) =>
    (ways ?? arms.map((arm, index): Way => ({ target: arm.target, all: [{ arm: index, times: 1 }] })))
      .filter(({ all }) => all.every(({ arm, times }) => times === 1 && arms[arm]?.already))
      .map(({ target }) => target),
};

type Way = { target: Target; all: ArmCount[] };

function factOf(index: number | undefined, { facts }: Pick<Program, 'facts'>): Program['facts'] {
  const fact = index === undefined ? undefined : facts[index];
  return fact ? [fact] : [];
}

/** What is so already, in the order of the arms. */
function metArms(stretch: Stretch, arms: readonly EventArm[]): MetArm[] {
  return arms.flatMap(({ already }, arm): MetArm[] => {
    if (!already) return [];
    const trace = evaluate(already, stretch.scene());
    return trace.result ? [{ arm, trace }] : [];
  });
}

function metOf(wait: RunState['wait']): MetArm[] {
  return wait?.kind === 'events' ? (wait.met ?? []) : [];
}

/** What is still to be seen of each way; absent where one event is enough. */
function waysLeft({ ways }: InstructionOf<'waitFor'>, met: readonly MetArm[]): Way[] | undefined {
  const isMet = (arm: number): boolean => met.some((each) => each.arm === arm);
  return ways?.map(({ target, all }) => ({
    target,
    all: all.flatMap(({ arm, times }) => {
      const left = isMet(arm) ? times - 1 : times;
      return left > 0 ? [{ arm, times: left }] : [];
    }),
  }));
}

/** The first way of which nothing is left to be seen. */
function wayMet(instruction: InstructionOf<'waitFor'>, met: readonly MetArm[]): Target | null {
  const [first] = met;
  const ways = waysLeft(instruction, met);
  if (!ways) return (first && instruction.arms[first.arm]?.target) ?? null;
  return ways.find(({ all }) => all.length === 0)?.target ?? null;
}

/** There is nothing to wait for: it is so already. */
function goOn(
  stretch: Stretch,
  { node, result }: InstructionOf<'waitFor'>,
  { way, met }: { way: Target; met: MetArm[] },
): boolean {
  if (result) stretch.keepOutput(node, resultOfNothing);
  stretch.leave(way, { kind: 'already', port: way.port, met });
  return true;
}

/** What comes first: the longest time, or the instant that was asked for. Never before now. */
function endOf(stretch: Stretch, seconds: number, because: JsonObject | null): number {
  const now = stretch.waitsSince();
  const latest = now + seconds * 1_000;
  if (because?.['port'] === 'past') return now;
  const at = because?.['at'];
  return typeof at === 'number' ? Math.min(latest, Math.max(now, at)) : latest;
}

function open(stretch: Stretch, node: string, { event, where, messageOf, lookBack }: EventArm): OpenArm {
  const { state } = stretch;
  const looked = lookBack ? state.looked[node] : undefined;
  const from = lookBack ? (looked?.mark ?? state.entryMark) : null;
  return {
    event,
    notBefore: notBefore(lookBack && state.entryMark ? state.entryMark.time : stretch.opensAt()),
    ...(where ? { where: bindRule(where, state) } : {}),
    ...(messageOf ? { messageOf, messageVisit: stretch.visitOf(messageOf) } : {}),
    ...(lookBack ? { lookBack } : {}),
    ...(from ? { since: from } : {}),
    ...(looked && looked.taken.length > 0 ? { taken: looked.taken } : {}),
  };
}

function completed(ways: readonly Way[], gathered: readonly GatheredEvent[]): Way | null {
  const completion = completionOf(
    ways.map(({ all }) => all),
    gathered,
  );
  return completion && (ways[completion.way] ?? null);
}

function byEvent(
  stretch: Stretch,
  instruction: InstructionOf<'waitFor'>,
  { arm: index, event, gathered }: Extract<WakeInput, { type: 'event' }>,
): void {
  const { node, arms, result } = instruction;
  const arm = arms[index];
  const met = metOf(stretch.state.wait);
  const ways = waysLeft(instruction, met);
  const way = ways && gathered ? completed(ways, gathered) : arm;
  if (!arm || !way) return;
  const { target } = way;
  stretch.endWait();
  stretch.standAt(event, arm.lookBack ?? false);
  if (arm.lookBack) stretch.lookedBack(node, event);
  const trace = arm.where ? evaluate(bindRule(arm.where, stretch.state), { property: event.properties }) : undefined;
  if (arm.keep !== undefined) stretch.keepOutput(node, event.properties[arm.keep] ?? null);
  if (result) stretch.keepOutput(node, resultOfWait(result, { event, gathered }));
  const { id, name, time, properties } = event;
  stretch.leave(target, {
    kind: 'event',
    event: { id, name, time, properties },
    port: target.port,
    ...(trace ? { trace } : {}),
    ...(gathered && gathered.length > 1 ? { gathered: gathered.map(said) } : {}),
    ...(met.length > 0 ? { met } : {}),
  });
  stretch.advance();
}

function said({
  arm,
  event: { id, name, time },
}: GatheredEvent): Pick<RunEvent, 'id' | 'name' | 'time'> & { arm: number } {
  return { arm, id, name, time };
}

function byTimer(stretch: Stretch, { timeout }: InstructionOf<'waitFor'>): void {
  const { wait } = stretch.state;
  stretch.endWait();
  stretch.standHere();
  if (!timeout) return;
  const { target } = timeout;
  const because = wait?.kind === 'events' && wait.because ? { because: wait.because } : {};
  stretch.leave(target, { kind: 'timer', ...stretch.dueOf(wait), port: target.port, ...because });
  stretch.advance();
}
