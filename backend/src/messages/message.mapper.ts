import { channelOf, titleOf } from '@wend/contract';
import type { MessageDetail, MessageSummary } from '@wend/contract';
import { displayName, timeZoneOf } from '../profiles/index.js';
import type { MessageHistoryRow, MessageRow, SiblingRow } from './message.repository.js';
import type { ResendRefusal } from './resend-rules.js';

/** A message in a list. */
export function summaryOf(row: MessageRow): MessageSummary {
  const nodeName = row.node_name ?? row.node;
  return {
    id: row.id,
    channel: row.channel,
    status: row.status,
    reason: row.reason,
    error: row.error,
    attempts: row.attempts,
    nextAttemptAt:
      row.status === 'queued' && row.attempts > 0 && row.held_by === null ? row.next_attempt_at.toISOString() : null,
    provider: row.provider,
    to: row.recipient,
    title: titleOf(channelOf(row.channel), row.content) ?? nodeName,
    profile: {
      id: row.profile_id,
      name: displayName({ traits: row.traits ?? {}, externalId: row.external_id }),
      timeZone: timeZoneOf(row.traits ?? {}),
    },
    journey: { id: row.journey_id, name: row.journey_name ?? 'Deleted journey' },
    enrollmentId: row.enrollment_id,
    node: row.node,
    nodeName,
    origin: row.origin,
    queuedAt: row.queued_at.toISOString(),
    sentAt: row.sent_at?.toISOString() ?? null,
    visit: row.visit,
    resendNumber: row.resend_number,
    ruling: row.ruling,
    heldBack: heldBackOf(row),
  };
}

function heldBackOf({
  status,
  held_by: by,
  held_until: until,
  ruling,
  attempts,
}: MessageRow): MessageSummary['heldBack'] {
  if (status !== 'queued') return null;
  if (by !== null) return { by, until: until?.toISOString() ?? null };
  // Until when follows from what is before it: whoever asks why is told that.
  return ruling?.rule === 'rates' && attempts === 0 ? { by: 'rates', until: null } : null;
}

type DetailParts = {
  history: readonly MessageHistoryRow[];
  /** Of the page of one message; a run or a person shows all its messages anyway. */
  siblings?: readonly SiblingRow[];
  refusal?: ResendRefusal | null;
};

/** A message with what it says and what became of it. */
export function detailOf(row: MessageRow, { history, siblings = [], refusal = null }: DetailParts): MessageDetail {
  return {
    ...summaryOf(row),
    content: row.content,
    events: history.map(({ at, connectionId, connectionName, ...event }) => ({
      ...event,
      at: new Date(at).toISOString(),
      connection: connectionId === null ? null : { id: connectionId, name: connectionName },
    })),
    siblings: siblings.map(({ id, resend_number, status, queued_at }) => ({
      id,
      resendNumber: resend_number,
      status,
      queuedAt: queued_at.toISOString(),
    })),
    resendRefusal: refusal,
  };
}
