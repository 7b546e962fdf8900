import { z } from 'zod';
import { offsetAt } from '../instant-in.js';
import type { DeliveryRuleKind } from './ruling.js';

/**
 * What is asked of a message before it goes out, in the order in which it is told. `holdout`, `quiet`, `caps` and
 * `rates` are rules of the workspace.
 */
export const deliveryChecks = [
  'run',
  'journey',
  'person',
  'consent',
  'suppression',
  'address',
  'expiry',
  'connection',
  'template',
  'holdout',
  'quiet',
  'caps',
  'rates',
  'provider',
] as const;
export type DeliveryCheck = (typeof deliveryChecks)[number];

/** What each asks, for who reads why a message was not sent. */
export const checkWords: Record<DeliveryCheck, string> = {
  run: 'The person is still in the journey',
  journey: 'The journey is running',
  person: 'The person is known',
  consent: 'Consent and topic',
  suppression: 'Suppression list',
  address: 'Address or device',
  expiry: 'Not expired',
  connection: 'A way to send it',
  template: 'Content',
  holdout: 'Holdout',
  quiet: 'Quiet hours',
  caps: 'Message limits',
  rates: 'Its turn to be sent',
  provider: 'Provider',
};

/**
 * What came of a check. `held`: it keeps the message back for now; `notReached`: another one came first;
 * `notRecorded`: nothing says what came of it.
 */
export const checkResults = ['passed', 'stopped', 'held', 'notReached', 'notRecorded'] as const;
export type CheckResult = (typeof checkResults)[number];

/** A check of one message, as it was decided. */
export const checkOutcome = z.object({
  check: z.enum(deliveryChecks),
  result: z.enum(checkResults),
  /** A sentence with its numbers; null where there is nothing to add. */
  says: z.string().nullable(),
  /** When it was decided (ISO 8601), where that is known. */
  at: z.string().nullable(),
  /** When the message would have been allowed, or will be. */
  allowedAt: z.string().nullable(),
  /** Messages that a limit counted, the newest first. */
  counted: z.array(z.object({ id: z.string(), title: z.string(), journey: z.string(), at: z.string() })),
});
export type CheckOutcome = z.infer<typeof checkOutcome>;

const byReason: Partial<Record<string, DeliveryCheck>> = {
  unsubscribed: 'consent',
  unreachable: 'address',
  suppressed: 'suppression',
  expired: 'expiry',
  invalid: 'template',
  holdout: 'holdout',
  quiet: 'quiet',
  capped: 'caps',
  'no-provider': 'connection',
  paused: 'journey',
};

/** The check that a reason not to send is of; null for `aborted`, which several end by. */
export function checkOfReason(reason: string | null): DeliveryCheck | null {
  return (reason !== null && byReason[reason]) || null;
}

/** Whether a check is a rule of the workspace: it has figures of its own. */
export function isRuleCheck(check: DeliveryCheck): check is DeliveryRuleKind {
  return check === 'holdout' || check === 'quiet' || check === 'caps' || check === 'rates';
}

const resultWords: Record<CheckResult, string> = {
  passed: 'passed',
  stopped: 'NOT PASSED',
  held: 'HELD BACK',
  notReached: 'not asked',
  notRecorded: 'not recorded',
};

/**
 * An instant (ISO 8601) by the clocks of a person, for those who read it in a sentence: `2026-12-01 08:00
 * (Asia/Seoul)`. In UTC where their zone (IANA) is not known.
 */
export function momentWords(at: string, zone: string | null): string {
  const words = (name: string) => {
    const there = new Date(Date.parse(at) + offsetAt(Date.parse(at), name)).toISOString();
    return `${there.slice(0, 10)} ${there.slice(11, 16)} (${name})`;
  };
  try {
    return words(zone ?? 'UTC');
  } catch {
    return words('UTC');
  }
}

/** Text to copy into a ticket or an answer to a customer. */
export function explanationText({
  title,
  sentence,
  checks,
  zone,
}: {
  /** What message it is: its step, journey and person. */
  title: string;
  sentence: string;
  checks: readonly CheckOutcome[];
  /** Where the person lives (IANA), if that is known: times are theirs. */
  zone: string | null;
}): string {
  const moment = (instant: string) => momentWords(instant, zone);
  const lines = checks.map(({ check, result, says, at, allowedAt, counted }, index) => {
    const when = [at && `decided ${moment(at)}`, allowedAt && `allowed from ${moment(allowedAt)}`]
      .filter(Boolean)
      .join(', ');
    return [
      `${index + 1}. ${checkWords[check]}: ${resultWords[result]}${when ? ` (${when})` : ''}`,
      ...(says ? [`   ${says}`] : []),
      ...counted.map((each) => `   counted: ${each.title} – ${each.journey}, ${moment(each.at)} (${each.id})`),
    ].join('\n');
  });
  return [title, sentence, '', ...lines].join('\n');
}
