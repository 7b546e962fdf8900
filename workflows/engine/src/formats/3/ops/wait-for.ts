import type { EventArm, EventWay, GatheredEvent, JsonObject, OpenArm, RunEvent } from '@wend/contract';
import { bindRule, evaluate } from '../../../evaluate.js';
import { completionOf } from '../../../gathering.js';
import { notBefore } from '../../../receipt.js';
import { reasoned } from '../reasoned.js';
import type { InstructionOf, Op, WakeInput } from '../op.js';
import type { Stretch } from '../stretch.js';

export const waitFor: Op<'waitFor'> = {
  run: (stretch, instruction) => {
    if (stretch.asks(instruction)) return false;
    const { state } = stretch;
    const { node, timeout, arms, ways, asks } = instruction;
    const id = stretch.waitId(node);
    const because = timeout?.fact === undefined ? null : reasoned(state.facts?.[timeout.fact]);
    const until = timeout ? endOf(state.now, timeout.seconds, because) : null;
    state.wait = { kind: 'events', id, until, ...(because ? { because } : {}) };
    stretch.commands.push({
      type: 'openWait',
      wait: id,
      node,
      until,
      arms: arms.map((arm) => open(stretch, node, arm)),
      ...(ways ? { ways: ways.map(({ all }) => all) } : {}),
      ...(asks ? { asks } : {}),
    });
    return false;
  },
  wake: (stretch, instruction, input) => {
    if (input.type === 'event') byEvent(stretch, instruction, input);
    else if (input.type === 'timer') byTimer(stretch, instruction);
  },
  takesEvent: ({ arms, ways }, { arm, gathered }) =>
    ways ? gathered !== undefined && completed(ways, gathered) !== null : arms[arm] !== undefined,
  facts: ({ timeout }, program) => {
    const fact = timeout?.fact === undefined ? undefined : program.facts[timeout.fact];
    return fact ? [fact] : [];
  },
  passesTo: () => [],
};

/** What comes first: the longest time, or the instant that was asked for. Never before now. */
function endOf(now: number, seconds: number, because: JsonObject | null): number {
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

function completed(ways: readonly EventWay[], gathered: readonly GatheredEvent[]): EventWay | null {
  const completion = completionOf(
    ways.map(({ all }) => all),
    gathered,
  );
  return completion && (ways[completion.way] ?? null);
}

function byEvent(
  stretch: Stretch,
  { node, arms, ways }: InstructionOf<'waitFor'>,
  { arm: index, event, gathered }: Extract<WakeInput, { type: 'event' }>,
): void {
  const arm = arms[index];
  const way = ways && gathered ? completed(ways, gathered) : arm;
  if (!arm || !way) return;
  const { target } = way;
  stretch.endWait();
  stretch.standAt(event, arm.lookBack ?? false);
  if (arm.lookBack) stretch.lookedBack(node, event);
  const trace = arm.where ? evaluate(bindRule(arm.where, stretch.state), { property: event.properties }) : undefined;
  if (arm.keep !== undefined) stretch.keepOutput(node, event.properties[arm.keep] ?? null);
  const { id, name, time, properties } = event;
  stretch.leave(target, {
    kind: 'event',
    event: { id, name, time, properties },
    port: target.port,
    ...(trace ? { trace } : {}),
    ...(gathered && gathered.length > 1 ? { gathered: gathered.map(said) } : {}),
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
