import type { DeliveryCheck } from '@wend/contract';
import { refusalOf } from '../consents/index.js';
import type { Refusal, Wanted } from '../consents/index.js';
import type { Block } from '../suppressions/index.js';
import type { DeliveryContext } from './delivery-context.repository.js';

/** What is asked of a message before it is known how it would go out. */
export const checksOfMessage = [
  'expiry',
  'run',
  'journey',
  'person',
  'consent',
  'suppression',
  'quiet',
  'address',
  'connection',
] as const satisfies DeliveryCheck[];
/** What is asked at each attempt, once its connection is known. */
export const checksOfAttempt = ['template', 'holdout', 'caps', 'rates'] as const satisfies DeliveryCheck[];

/** The order in which a sender asks: what comes after the check that a message did not pass was not asked. */
export const checksInOrder: readonly DeliveryCheck[] = [...checksOfMessage, ...checksOfAttempt, 'provider'];

/** A check that was not passed. */
export type Refused = {
  by: DeliveryCheck;
  reason: 'aborted' | 'paused' | 'unsubscribed' | 'unreachable' | 'suppressed';
  detail: string;
  /** The run is told of no failure. */
  silent: boolean;
};
type Question = {
  context: DeliveryContext;
  /** What the message is, as its step says. */
  wanted: Wanted;
  /** What keeps messages from the recipient. */
  block: Block | null;
};

/** Those that are answered by what is known when a message is claimed. */
const plainChecks = {
  run: ({ context: { run_status: status } }) => {
    if (status !== 'exited' && status !== 'cancelled') return null;
    return aborted('run', status === 'exited' ? 'The run has left the journey' : 'The run was ended');
  },
  journey: ({ context }) => {
    if (context.origin === 'test') return null;
    if (context.journey_state === 'stopped') return aborted('journey', 'The journey was stopped');
    // Until it is resumed, what is to become of it may change.
    if (context.journey_state === 'paused') return null;
    return pausedWords(context);
  },
  person: ({ context }) =>
    context.profile_id === null || context.traits === null
      ? { by: 'person', reason: 'unreachable', detail: 'This person no longer exists', silent: true }
      : null,
  consent: ({ context, wanted }) => {
    const { said, opt_in: optIn, paused_until: pausedUntil } = context;
    const refusal = refusalOf({ said, optIn, pausedUntil }, wanted, Date.now());
    if (!refusal) return null;
    return {
      by: 'consent',
      reason: 'unsubscribed',
      detail: refusalWords(refusal, { wanted, context }),
      silent: false,
    };
  },
  // No class of message goes past this: an address that bounces harms whatever else is sent.
  suppression: ({ block }) =>
    block && { by: 'suppression', reason: 'suppressed', detail: blockWords(block), silent: false },
} as const satisfies Partial<Record<DeliveryCheck, (question: Question) => Refused | null>>;
type PlainCheck = keyof typeof plainChecks;

/** What one of them says; null when the message passes it. Pure. */
export function refusedBy(check: PlainCheck, question: Question): Refused | null {
  return plainChecks[check](question);
}

/** What the first of them says that the message does not pass. Pure. */
export function firstRefusal(question: Question): Refused | null {
  for (const check of checksOfMessage) {
    const refused = check in plainChecks ? refusedBy(check as PlainCheck, question) : null;
    if (refused) return refused;
  }
  return null;
}

/** Whether the message waits until its journey is resumed. Not one that its run has left behind. */
export function waitsForJourney(context: DeliveryContext): boolean {
  const left = context.run_status === 'exited' || context.run_status === 'cancelled';
  return context.origin !== 'test' && context.journey_state === 'paused' && !left;
}

const why: Record<Block['reason'], string> = {
  bounced: 'it bounced',
  complained: 'its owner complained',
  unsubscribed: 'its owner unsubscribed at the provider',
  invalid: 'it does not exist',
  manual: 'added manually',
  imported: 'imported',
};

function refusalWords(
  { why: reason, isPending }: Refusal,
  { wanted: { topic }, context }: Pick<Question, 'wanted' | 'context'>,
): string {
  if (isPending)
    return reason === 'topic'
      ? `This person has not confirmed yet that they want “${topic}”`
      : 'This person has not confirmed yet that they want messages on this channel';
  if (reason === 'everything') return 'This person wants no messages at all on this channel';
  if (reason === 'channel') return 'This person has unsubscribed from this channel';
  if (reason === 'topic')
    return context.said.some((each) => each.topic === topic)
      ? `This person has unsubscribed from “${topic}”`
      : `This person has not subscribed to “${topic}”, which is sent only to those who have`;
  return `This person gets no marketing until ${context.paused_until?.toISOString().slice(0, 10)}: they have paused it`;
}

function blockWords({ reason, detail, created_at: at }: Block): string {
  const words = `The address is on the suppression list: ${why[reason]} on ${at.toISOString().slice(0, 10)}`;
  return detail === null ? words : `${words} (${detail.slice(0, 300)})`;
}

/** What a pause has held is passed by where that was asked for; the run is told of no failure. */
function pausedWords({ overdue, superseded }: DeliveryContext): Refused | null {
  const skipped = (detail: string): Refused => ({ by: 'journey', reason: 'paused', detail, silent: true });
  if (overdue === 'skip') return skipped('It fell due while the journey was paused, and what did was skipped');
  if (overdue === 'latest' && superseded)
    return skipped('The journey was paused, and only the last message to this person was sent');
  return null;
}

function aborted(by: 'run' | 'journey', detail: string): Refused {
  return { by, reason: 'aborted', detail, silent: true };
}
