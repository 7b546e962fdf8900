import { checkOfReason, deliveryChecks, momentWords } from '@wend/contract';
import type { CheckOutcome, CheckResult, DeliveryCheck, MessageDetail } from '@wend/contract';
import { checksInOrder } from './checks.js';
import type { CountedMessage, DecisionFacts } from './explanation.repository.js';

type Said = { result: CheckResult; says?: string | null };
type Explained = { sentence: string; checks: CheckOutcome[] };
type Given = { message: MessageDetail; facts: DecisionFacts; counted: readonly CountedMessage[] };

const tried = new Set(['sending', 'sent', 'delivered', 'opened', 'clicked', 'bounced', 'unknown']);

/**
 * What came of every check of a message, as it was decided: the check that it ended by is written down with the message,
 * those that are asked before it were passed, and those after it were not asked. Nothing is asked anew. Pure.
 */
export function explain({ message, facts, counted }: Given): Explained {
  const found = foundOut({ message, facts });
  const decidedAt = facts.decided_at?.toISOString() ?? null;
  const { ruling } = message;
  const checks = deliveryChecks.map((check): CheckOutcome => {
    const { result, says = null } = found[check];
    const acts = result === 'stopped' || result === 'held';
    const own = ruling?.rule === check ? ruling : null;
    return {
      check,
      result,
      // What a rule said before stays told when the message has gone on since.
      says: says ?? (own ? (acts ? own.says : `It was held back before: ${own.says}`) : null),
      at: acts || (check === 'provider' && result === 'passed') ? decidedAt : null,
      allowedAt: own && acts ? (message.heldBack?.until ?? own.allowedAt) : null,
      counted: check === 'caps' && own ? counted.map(({ at, ...each }) => ({ ...each, at: at.toISOString() })) : [],
    };
  });
  return { sentence: sentenceOf({ message, checks }), checks };
}

function foundOut({ message, facts }: Omit<Given, 'counted'>): Record<DeliveryCheck, Said> {
  const { status, heldBack, attempts } = message;
  if (facts.parked && status === 'queued')
    return until('journey', { result: 'held', says: 'The journey is paused. The message waits until it is resumed.' });
  // A rate that it waited for before is over: it was tried.
  if (status === 'queued' && facts.away && message.error !== null && (!heldBack || heldBack.by === 'rates'))
    return until('provider', {
      result: 'held',
      says: `${message.error} It goes out once its server takes messages again.`,
    });
  if (heldBack) {
    const check = deliveryChecks.find((each) => each === heldBack.by) ?? 'rates';
    return until(check, { result: 'held' });
  }
  if (status === 'suppressed' || (status === 'failed' && !wasTried(message))) return stopped({ message, facts });
  if (tried.has(status) || status === 'failed' || attempts > 0) return handedOver({ message, facts });
  // Nothing was tried: its connection has sent what it may today.
  if (message.error !== null) return until('rates', { result: 'held', says: message.error });
  const says =
    facts.leased || Date.parse(message.queuedAt) > Date.now() - 60_000
      ? 'It has just been queued and waits for its turn.'
      : 'It is queued and waits for its turn.';
  return all({ result: 'notReached' }, { rates: { result: 'notReached', says } });
}

function wasTried({ events, attempts }: MessageDetail): boolean {
  return attempts > 0 || events.some(({ attempt }) => attempt !== null);
}

function stopped({ message, facts }: Omit<Given, 'counted'>): Record<DeliveryCheck, Said> {
  const stop = facts.stopped_by ?? checkOfReason(message.reason);
  const last = message.events.findLast(({ status }) => status === message.status);
  const says = last?.detail ?? message.error ?? null;
  // A member took it out of the backlog: what is told is the rule that kept it there.
  if (stop === null && message.ruling)
    return until(message.ruling.rule, {
      result: 'stopped',
      says: [says, message.ruling.says].filter(Boolean).join('. '),
    });
  // Several checks end by `aborted`: which one is not known of messages of before it was written down.
  if (stop === null)
    return all({ result: 'notRecorded' }, { run: { result: 'notRecorded', says: says && `It was ended: ${says}` } });
  // Whether there was a way to send it is not written down where its content came to nothing.
  return {
    ...until(stop, { result: 'stopped', says }),
    ...(stop === 'template' && { connection: { result: 'notRecorded' } }),
    ...(stop === 'suppression' && { address: { result: 'passed' } }),
  };
}

/** A provider was given it, or was to be: all else had been passed by then. */
function handedOver({ message, facts }: Omit<Given, 'counted'>): Record<DeliveryCheck, Said> {
  const transactional = facts.message_class === 'transactional';
  const by = message.provider === 'sandbox' ? 'the sandbox' : (facts.connection ?? message.provider ?? 'its provider');
  const exempt = 'Transactional messages skip this.';
  const provider: Said = {
    sending: { result: 'held' as const, says: `It is being handed to ${by} at this moment.` },
    queued: {
      result: 'held' as const,
      says: `${by} did not take it${message.error ? `: ${message.error}` : ''}. It is tried again.`,
    },
    failed: { result: 'stopped' as const, says: message.error },
    bounced: { result: 'stopped' as const, says: message.error ?? 'It came back.' },
    unknown: { result: 'notRecorded' as const, says: message.error ?? 'Nobody knows whether it went out.' },
  }[message.status as string] ?? { result: 'passed', says: `Sent by ${by}.` };
  return all(
    { result: 'passed' },
    {
      provider,
      // Who has no rules pays nothing: what was not asked of a limit is not written down either.
      caps: { result: 'passed', says: transactional ? exempt : placeWords(facts) },
      ...(transactional && {
        quiet: { result: 'passed', says: exempt },
        holdout: { result: 'passed', says: exempt },
      }),
    },
  );
}

function placeWords({ place }: DecisionFacts): string {
  if (place === 'taken') return 'There was room under every limit, and it took its place.';
  return place === 'none'
    ? 'Its journey leaves its messages out of all limits.'
    : 'No limit was about it when it was sent.';
}

function all(usual: Said, others: Partial<Record<DeliveryCheck, Said>>): Record<DeliveryCheck, Said> {
  const every = Object.fromEntries(deliveryChecks.map((check) => [check, usual]));
  return { ...(every as Record<DeliveryCheck, Said>), ...others };
}

function until(stop: DeliveryCheck, said: Said): Record<DeliveryCheck, Said> {
  const place = checksInOrder.indexOf(stop);
  const entries = checksInOrder.map((check, index): [DeliveryCheck, Said] => [
    check,
    index === place ? said : { result: index < place ? 'passed' : 'notReached' },
  ]);
  return Object.fromEntries(entries) as Record<DeliveryCheck, Said>;
}

function sentenceOf({ message, checks }: { message: MessageDetail; checks: readonly CheckOutcome[] }): string {
  const stop = checks.find(({ result }) => result === 'stopped');
  const held = checks.find(({ result }) => result === 'held');
  const moment = (at: string) => momentWords(at, message.profile.timeZone);
  if (stop) return `It was not sent.${stop.says ? ` ${stop.says}` : ''}`;
  if (held) {
    const when = held.allowedAt === null ? '' : ` It may go out from ${moment(held.allowedAt)}.`;
    return `It has not been sent yet.${held.says ? ` ${held.says}` : ''}${when}`;
  }
  if (message.status === 'suppressed') return 'It was not sent. Which check it ended by is not recorded.';
  if (message.status === 'unknown') return 'It may or may not have gone out.';
  if (message.status === 'queued') return 'It is queued and has not been decided about yet.';
  return message.sentAt === null ? 'It was sent.' : `It was sent at ${moment(message.sentAt)}.`;
}
