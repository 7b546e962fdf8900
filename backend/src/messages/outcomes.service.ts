import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { checkOfReason, isRuleCheck, messageEvents } from '@wend/contract';
import type { DeliveryCheck, Json, MessageEventState, MessageStatus } from '@wend/contract';
import { countSuppressed } from '../delivery-rules/index.js';
import { EventsService } from '../events/index.js';
import type { EventInput } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { isOutage } from '../platform/http/index.js';
import { retryConflicts } from '../profiles/index.js';
import { measureChanges } from './resend-rules.js';
import type { ChainMember } from './resend-rules.js';
import { statesPassed } from './message-states.js';
import { OutcomeRepository, addressOf } from './outcome.repository.js';
import type {
  Barred,
  Handover,
  LateAnswer,
  LockedMessage,
  MessageChange,
  MessageEventRow,
  StatDelta,
  Tally,
} from './outcome.repository.js';

/** What became of a message. */
export type Outcome = {
  workspaceId: string;
  messageId: string;
  to: MessageStatus;
  reason?: string;
  error?: string;
  /** Shown beside the state in the message's history. */
  detail?: string;
  providerId?: string;
  /** The link that was clicked. */
  url?: string;
  /** The attempt that it became of, and what was answered. */
  attempt?: { number: number; provider: string; connectionId: string | null; answer: string | null };
  /** Devices that do not exist any more, as they were read: one that was registered anew since stays. */
  goneDevices?: { id: string; updatedAt: string }[];
  /** What the step gives to later ones. */
  response?: Json;
  /** When it happened (clock); now when absent. */
  happenedAt?: Date;
  /** Tell nobody by an event: the run has left, so nobody waits for it. */
  silent?: boolean;
  /** The check that it did not pass, where its reason does not say. */
  stoppedBy?: DeliveryCheck;
  /** It goes out by this, and nothing is written of it when it may not go out any more. */
  handover?: Handover;
  /** Only while a delivery rule keeps it back: nothing is written of one that is on its way. */
  onlyHeld?: boolean;
  /** It is not written with what is less urgent, and does not wait for it. */
  urgent?: boolean;
};

type Pending = { outcome: Outcome; resolve: (changed: boolean) => void; reject: (error: unknown) => void };
type Writes = {
  changes: MessageChange[];
  answers: LateAnswer[];
  events: MessageEventRow[];
  deltas: StatDelta[];
  /** What alarms look at. */
  tallies: Tally[];
  /** Of visits whose message was sent again, by the first message; they change as outcomes are added. */
  chains: Map<string, ChainMember[]>;
  published: Map<string, { origin: LockedMessage['origin']; runOffsetMs: number; inputs: EventInput[] }>;
};

const largestBatch = 500;
/** So many that went nowhere are worth a transaction; fewer wait for more, this long at most. */
const worthwhile = 200;
const patienceMs = 15;

/**
 * Moves messages forward: state, history, figures and the event that runs wait for are one transaction. What concurrent
 * sends bring for a workspace shares a transaction; what is urgent shares one of its own.
 */
@Injectable()
export class OutcomesService {
  private readonly pending = new Map<string, Pending[]>();
  private readonly running = new Set<string>();
  private readonly patient = new Set<string>();

  constructor(
    private readonly repository: OutcomeRepository,
    private readonly events: EventsService,
  ) {}

  /**
   * Resolves after the commit: true when the message has moved, false when it had been there (or further) already, or
   * may not be handed over.
   */
  record(outcome: Outcome): Promise<boolean> {
    return new Promise((resolve, reject) => {
      const line = `${outcome.workspaceId}/${outcome.urgent === true ? 'urgent' : ''}`;
      const waiting = this.pending.get(line) ?? [];
      waiting.push({ outcome, resolve, reject });
      this.pending.set(line, waiting);
      this.nudge(line);
    });
  }

  private nudge(line: string): void {
    const waiting = this.pending.get(line);
    if (!waiting || this.running.has(line)) return;
    // A real send is written at once, and takes along what waits.
    if (waiting.length >= worthwhile || waiting.some(({ outcome: { handover, urgent } }) => !handover || urgent)) {
      setImmediate(() => void this.flush(line));
      return;
    }
    if (this.patient.has(line)) return;
    this.patient.add(line);
    setTimeout(() => {
      this.patient.delete(line);
      void this.flush(line);
    }, patienceMs);
  }

  private async flush(line: string): Promise<void> {
    if (this.running.has(line)) return;
    this.running.add(line);
    const batch = this.take(line);
    if (batch.length > 0) await this.settle({ workspaceId: batch[0]!.outcome.workspaceId }, batch);
    this.running.delete(line);
    this.nudge(line);
  }

  /** Outcomes of one message go in turn, in batches of their own. */
  private take(line: string): Pending[] {
    const waiting = this.pending.get(line) ?? [];
    const seen = new Set<string>();
    const batch: Pending[] = [];
    for (const each of waiting) {
      if (batch.length >= largestBatch || seen.has(each.outcome.messageId)) break;
      seen.add(each.outcome.messageId);
      batch.push(each);
    }
    waiting.splice(0, batch.length);
    if (waiting.length === 0) this.pending.delete(line);
    return batch;
  }

  private async settle(scope: Scope, batch: Pending[]): Promise<void> {
    try {
      const moved = await this.write(scope, { outcomes: batch.map(({ outcome }) => outcome), publish: true });
      for (const { outcome, resolve } of batch) resolve(moved.has(outcome.messageId));
    } catch (error) {
      // What is known of an outage is not found out again for each: those who wait try again by themselves.
      if (isOutage(error)) {
        for (const { reject } of batch) reject(error);
        return;
      }
      if (batch.length > 1) {
        for (const each of batch) await this.settle(scope, [each]);
        return;
      }
      await this.settleWithoutPerson(scope, batch[0]!, error);
    }
  }

  /** A person who was deleted meanwhile has no events; the message's own record goes on. */
  private async settleWithoutPerson(
    scope: Scope,
    { outcome, resolve, reject }: Pending,
    error: unknown,
  ): Promise<void> {
    if (!(error instanceof UserError)) return reject(error);
    try {
      resolve((await this.write(scope, { outcomes: [outcome], publish: false })).has(outcome.messageId));
    } catch (failure) {
      reject(failure);
    }
  }

  private write(scope: Scope, { outcomes, publish }: { outcomes: Outcome[]; publish: boolean }): Promise<Set<string>> {
    return retryConflicts(
      () => this.repository.transaction((sql) => this.writeOnce(scope, { sql, outcomes, publish })),
      { what: 'outcomes of messages were stored' },
    );
  }

  private async writeOnce(
    scope: Scope,
    { sql, outcomes, publish }: { sql: Sql; outcomes: Outcome[]; publish: boolean },
  ): Promise<Set<string>> {
    const messages = new Map(
      (await this.repository.lock(scope, { sql, ids: outcomes.map(({ messageId }) => messageId) })).map((message) => [
        message.id,
        message,
      ]),
    );
    const firsts = [...new Set([...messages.values()].flatMap(({ chain_of }) => chain_of ?? []))];
    const chains = await this.repository.chains(scope, { sql, firsts });
    const writes: Writes = {
      changes: [],
      answers: [],
      events: [],
      deltas: [],
      tallies: [],
      published: new Map(),
      chains,
    };
    const moved = new Set<string>();
    const barred = await this.barred(scope, { sql, outcomes, messages });
    for (const outcome of outcomes) {
      const message = messages.get(outcome.messageId);
      if (message && mayGo(message, { outcome, barred }) && addWrites(writes, { message, outcome }))
        moved.add(message.id);
    }
    await this.repository.change(scope, { sql, changes: writes.changes });
    await this.repository.addEvents(scope, { sql, events: writes.events });
    await this.repository.keepAnswers(scope, { sql, answers: writes.answers });
    await this.repository.addDeltas(scope, { sql, deltas: writes.deltas, tallies: writes.tallies });
    await countSuppressed(scope, {
      sql,
      ids: writes.changes.flatMap(({ id, status, stoppedBy }) =>
        status === 'suppressed' && stoppedBy !== null && isRuleCheck(stoppedBy) ? [id] : [],
      ),
    });
    await this.addFallbacks(scope, {
      sql,
      lost: outcomes.filter((outcome) => moved.has(outcome.messageId) && isRefusal(outcome)),
      messages,
    });
    await this.repository.removeDevices(scope, {
      sql,
      devices: outcomes.flatMap(({ goneDevices }) => goneDevices ?? []),
    });
    if (publish)
      for (const { origin, runOffsetMs, inputs } of writes.published.values())
        await this.events.ingest({ scope, events: inputs, origin, runOffsetMs, sql });
    return moved;
  }

  /** What is sent instead counts with what it is sent for: that one is not lost while there is hope. */
  private async addFallbacks(
    scope: Scope,
    { sql, lost, messages }: { sql: Sql; lost: Outcome[]; messages: Map<string, LockedMessage> },
  ): Promise<void> {
    const made = await this.repository.addFallbacks(scope, { sql, ids: lost.map(({ messageId }) => messageId) });
    if (made.length === 0) return;
    const chains = await this.repository.chains(scope, { sql, firsts: made.map(({ first }) => first) });
    const deltas = lost.flatMap(({ messageId, happenedAt }): StatDelta[] => {
      const message = messages.get(messageId)!;
      const fallback = made.find(({ first }) => first === (message.chain_of ?? message.id));
      if (!fallback || message.origin === 'test') return [];
      const after = chains.get(fallback.first) ?? [];
      const before = after.filter(({ id }) => id !== fallback.id);
      const at = new Date((happenedAt?.getTime() ?? Date.now()) + Number(message.run_offset_ms));
      return measureChanges(before, after).map(({ measure, count }) => ({
        versionId: message.version_id,
        node: message.node,
        measure: apart(message, measure),
        at,
        count,
      }));
    });
    await this.repository.addDeltas(scope, { sql, deltas });
  }

  private async barred(
    scope: Scope,
    { sql, outcomes, messages }: { sql: Sql; outcomes: Outcome[]; messages: Map<string, LockedMessage> },
  ): Promise<Barred> {
    const going = outcomes.flatMap(({ messageId, handover }) => {
      const message = messages.get(messageId);
      return message && handover ? [{ message, handover }] : [];
    });
    if (going.length === 0) return { journeys: new Set(), addresses: new Set(), people: new Set() };
    return this.repository.barred(scope, {
      sql,
      messages: going.map(({ message, handover: { topic, messageClass } }) => ({ ...message, topic, messageClass })),
      addresses: going.flatMap(({ message: { channel }, handover: { addressKey: key } }) =>
        key === null ? [] : [{ channel, key }],
      ),
    });
  }
}

/** The last look before a message goes out: what was being sent is not stopped by anything. */
function mayGo(
  message: LockedMessage,
  { outcome: { handover, onlyHeld }, barred }: { outcome: Outcome; barred: Barred },
): boolean {
  if (onlyHeld && (message.status !== 'queued' || message.held_by === null)) return false;
  if (!handover) return true;
  if (message.lease_owner !== handover.owner) return false;
  if (message.status === 'sending') return true;
  return (
    message.status === 'queued' &&
    message.run_status !== 'exited' &&
    message.run_status !== 'cancelled' &&
    (message.origin === 'test' || !barred.journeys.has(message.journey_id)) &&
    !barred.people.has(message.id) &&
    (handover.addressKey === null ||
      !barred.addresses.has(addressOf({ channel: message.channel, key: handover.addressKey })))
  );
}

function addWrites(writes: Writes, { message, outcome }: { message: LockedMessage; outcome: Outcome }): boolean {
  const passed = statesPassed(message.status, outcome.to);
  const again =
    passed.length === 0 &&
    outcome.to === 'clicked' &&
    message.status === 'clicked' &&
    !message.clicked.includes(outcome.url ?? '');
  if (passed.length === 0 && !again) {
    const { providerId = null, attempt } = outcome;
    if (providerId !== null || attempt) writes.answers.push({ messageId: message.id, providerId, attempt });
    return false;
  }
  const offset = Number(message.run_offset_ms);
  const at = new Date((outcome.happenedAt?.getTime() ?? Date.now()) + offset);
  if (!again)
    writes.changes.push({
      id: message.id,
      status: outcome.to,
      reason: outcome.reason ?? null,
      error: outcome.error ?? null,
      providerId: outcome.providerId ?? null,
      sentAt: passed.includes('sent') ? at : null,
      stoppedBy: stopOf(outcome),
      handover: outcome.handover,
    });
  if (!again) addTally(writes, { message, outcome, passed });
  for (const status of again ? [outcome.to] : passed) {
    const detail = status === outcome.to ? (outcome.url ?? outcome.detail ?? outcome.error ?? null) : null;
    const attempt = status === outcome.to ? outcome.attempt : undefined;
    writes.events.push({ messageId: message.id, status, at, detail, attempt });
    if (message.origin !== 'test' && message.chain_of === null && !again)
      writes.deltas.push({
        versionId: message.version_id,
        node: message.node,
        measure: apart(message, measureOf({ status, outcome })),
        at,
        count: 1,
      });
  }
  if (message.chain_of !== null && !again) addChainDeltas(writes, { message, outcome, passed, at });
  // Unknown ones count only while they are.
  if (message.status === 'unknown' && message.origin !== 'test' && message.chain_of === null)
    writes.deltas.push({
      versionId: message.version_id,
      node: message.node,
      measure: apart(message, 'message:unknown'),
      at,
      count: -1,
    });
  if (!outcome.silent) publishEvents(writes, { message, outcome, states: again ? [outcome.to] : passed, at });
  return true;
}

/** Each message by itself, also one that is sent again: what is looked at is how sending goes. */
function addTally(
  { tallies }: Writes,
  { message, outcome, passed }: { message: LockedMessage; outcome: Outcome; passed: MessageStatus[] },
): void {
  if (message.origin !== 'live') return;
  const sent = passed.includes('sent');
  const failed = outcome.to === 'failed' || outcome.to === 'bounced';
  if (!sent && !failed) return;
  tallies.push({
    journeyId: message.journey_id,
    connectionId: outcome.attempt?.connectionId ?? message.connection_id,
    channel: message.channel,
    // What bounces later than it went out was counted then.
    tried: sent || !['sent', 'delivered'].includes(message.status) ? 1 : 0,
    sent: sent ? 1 : 0,
    failed: failed ? 1 : 0,
  });
}

/** The messages of a visit count as one, however often it was sent. */
function addChainDeltas(
  writes: Writes,
  { message, outcome, passed, at }: { message: LockedMessage; outcome: Outcome; passed: MessageStatus[]; at: Date },
): void {
  const before = writes.chains.get(message.chain_of ?? '') ?? [];
  const after = before.map((member) =>
    member.id === message.id
      ? { ...member, status: outcome.to, reason: outcome.reason ?? null, passed: [...member.passed, ...passed] }
      : member,
  );
  writes.chains.set(message.chain_of ?? '', after);
  if (message.origin === 'test' || before.length === 0) return;
  for (const { measure, count } of measureChanges(before, after))
    writes.deltas.push({
      versionId: message.version_id,
      node: message.node,
      measure: apart(message, measure),
      at,
      count,
    });
}

/** It will not arrive, and nothing that somebody could put right is the reason. */
function isRefusal({ to, reason }: Outcome): boolean {
  return to === 'bounced' || (to === 'failed' && reason !== 'invalid' && reason !== 'configuration');
}

/** The check that a message ends by; null for one that was handed over. */
function stopOf({ to, reason, stoppedBy, attempt }: Outcome): DeliveryCheck | null {
  if (stoppedBy) return stoppedBy;
  if (to === 'suppressed' || (to === 'failed' && !attempt)) return checkOfReason(reason ?? null);
  return null;
}

/** Figures of the control group stand apart. */
function apart({ control }: LockedMessage, measure: string): string {
  return control ? `control:${measure}` : measure;
}

/** Whoever was not sent to is counted by the reason. */
function measureOf({ status, outcome }: { status: MessageStatus; outcome: Outcome }): string {
  return status === 'suppressed' ? `message:suppressed:${outcome.reason ?? 'other'}` : `message:${status}`;
}

/**
 * A run that waits for a click and for an opening must go by the click, although the click tells of both: it is told
 * first.
 */
function publishEvents(
  writes: Writes,
  { message, outcome, states, at }: { message: LockedMessage; outcome: Outcome; states: MessageStatus[]; at: Date },
): void {
  const told = states.flatMap(eventStates);
  const order = outcome.to === 'clicked' ? [...told].reverse() : told;
  const key = `${message.origin}:${message.run_offset_ms}`;
  const group = writes.published.get(key) ?? {
    origin: message.origin,
    runOffsetMs: Number(message.run_offset_ms),
    inputs: [],
  };
  writes.published.set(key, group);
  for (const state of order) group.inputs.push(eventOf({ message, outcome, state, at }));
}

/** Whatever keeps a message from arriving is a failure for those who wait for one. */
function eventStates(status: MessageStatus): MessageEventState[] {
  if (status === 'suppressed') return ['failed'];
  if (status === 'bounced') return ['bounced', 'failed'];
  return status in messageEvents ? [status as MessageEventState] : [];
}

type EventOfOptions = {
  message: LockedMessage;
  outcome: Outcome;
  state: MessageEventState;
  at: Date;
};

function eventOf({ message, outcome, state, at }: EventOfOptions): EventInput {
  const click = state === 'clicked' && outcome.url !== undefined ? outcome.url : null;
  const reason = state === 'failed' || state === 'bounced' ? (outcome.reason ?? outcome.error) : undefined;
  return {
    name: messageEvents[state],
    profileId: message.profile_id,
    // Told once per state, and per link for clicks, however often it is heard.
    messageId: `wend:${message.id}:${state}${click === null ? '' : `:${createHash('sha256').update(click).digest('base64url').slice(0, 16)}`}`,
    time: at.getTime(),
    properties: {
      messageId: message.id,
      enrollmentId: message.enrollment_id,
      journeyId: message.journey_id,
      nodeId: message.node,
      visit: message.visit,
      channel: message.channel,
      ...(click !== null && { url: click }),
      ...(reason !== undefined && { reason }),
      ...(outcome.response !== undefined && { response: outcome.response }),
    },
    ...(message.origin === 'test' && { enrollmentId: message.enrollment_id }),
  };
}
