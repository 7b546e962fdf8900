import type { ProviderErrorClass } from '@wend/node-sdk';

/** What follows a failed attempt. `wait`: it was none, and is made as soon as somebody is there again. */
export type Verdict =
  { kind: 'wait' } | { kind: 'retry'; inSeconds: number } | { kind: 'final'; status: 'failed' | 'bounced' | 'unknown' };
export type Failure = {
  class: ProviderErrorClass;
  handedOver: boolean;
  away?: boolean;
  retryAfterSeconds: number | null;
};

export const maximumAttempts = 6;
/** Before the second, third, ... attempt. */
const backoffSeconds = [5, 30, 120, 600, 3_600];

/**
 * For so long a message waits for a receiver that is away: a server that is down, or a login that somebody has to put
 * right.
 */
const longestAwaySeconds = 24 * 3_600;

/** One table for all providers. A wrong configuration is tried again too: somebody can put it right meanwhile. */
const table: Record<ProviderErrorClass, 'retry' | 'failed' | 'bounced'> = {
  timeout: 'retry',
  network: 'retry',
  rateLimited: 'retry',
  serverError: 'retry',
  configuration: 'retry',
  rejected: 'failed',
  badAddress: 'bounced',
};

type VerdictOnOptions = {
  failure: Failure;
  attempt: number;
  idempotent: boolean;
  random: number;
  awaySeconds?: number;
  /** An earlier attempt may have gone out. */
  bound?: boolean;
};
/** A provider asks for no longer pause than that. */
const longestAskedSeconds = 24 * 3_600;

/**
 * Decides by error class. A message that the provider may have taken goes out again only under a key that the provider
 * honours; else, and where that comes to nothing, nobody knows what became of it. `attempt` counts from 1, `awaySeconds` from when the receiver was first
 * found away; `random` (0 to 1) spreads those who failed together.
 */
export function verdictOn({
  failure,
  attempt,
  idempotent,
  random,
  awaySeconds = 0,
  bound = false,
}: VerdictOnOptions): Verdict {
  const given: Verdict = { kind: 'final', status: failure.handedOver || bound ? 'unknown' : 'failed' };
  if (failure.away) return awaySeconds < longestAwaySeconds ? { kind: 'wait' } : given;
  if (failure.handedOver && !idempotent) return { kind: 'final', status: 'unknown' };
  const answer = table[failure.class];
  if (answer !== 'retry') return answer === 'failed' ? given : { kind: 'final', status: answer };
  const backoff = backoffSeconds[attempt - 1];
  if (backoff === undefined || attempt >= maximumAttempts) return given;
  const asked = Math.min(Math.max(Number(failure.retryAfterSeconds) || 0, 0), longestAskedSeconds);
  // Never sooner than the provider asks for; up to a fifth later, so that they do not all come at once.
  return { kind: 'retry', inSeconds: Math.max(asked, backoff) * (1 + random / 5) };
}
