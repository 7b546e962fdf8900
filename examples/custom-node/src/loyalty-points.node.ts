import { defineNode, done, liquidField, RetryAfter } from '@wend/node-sdk';
import type { HttpResponse } from '@wend/node-sdk';
import { z } from 'zod';
import { balanceAfter, tierOf } from './balance.js';

const addressHint = 'Enter a full web address that starts with https:// or http://.';

/**
 * Credits (or spends) loyalty points: in the ledger behind `endpoint` where there is one, else worked out from the
 * person's traits.
 */
export const loyaltyPoints = defineNode({
  type: 'acme/loyalty-points',
  version: 1,
  title: 'Loyalty points',
  description: 'Credits loyalty points and tells the tier that the person has then.',
  category: 'action',
  icon: 'sparkles',
  config: z.object({
    points: z
      .number()
      .int()
      .min(-100_000)
      .max(100_000)
      .refine((points) => points !== 0, 'must not be 0.')
      .meta({ title: 'Points', description: 'Negative numbers spend points.', widget: 'number', unit: 'points' }),
    reason: liquidField({
      title: 'Reason',
      description: 'Stands in the person’s statement.',
      maximum: 200,
      placeholder: 'Thank you for order {{ entry.order_id }}',
    }),
    endpoint: z
      .string()
      .max(2_000)
      .regex(/^(https?:\/\/\S+)?$/, addressHint)
      .optional()
      .meta({
        title: 'Ledger address',
        description: 'Where the points are booked. Empty: worked out from the trait loyalty_points.',
        placeholder: 'https://ledger.example.com/credits',
        advanced: true,
        invalid: addressHint,
      }),
  }),
  ports: [
    { id: 'credited', label: 'Credited' },
    { id: 'rejected', label: 'Rejected' },
  ],
  summary: '{points} points, “{reason}”',
  defaults: { points: 100, reason: 'Thank you' },
  output: z.object({ balance: z.number(), tier: z.enum(['bronze', 'silver', 'gold']) }),
  retry: { attempts: 5, timeoutSeconds: 15 },

  run: async ({ config: { points, reason, endpoint }, profile, http, idempotencyKey, log }) => {
    const expected = balanceAfter({ points, traits: profile.traits });
    if (!endpoint) return expected ? done('credited', expected) : done('rejected', unchanged(profile.traits));

    const response = await http(endpoint, {
      method: 'POST',
      // Tried again after a crash or a time-out, the ledger books it once.
      headers: { 'content-type': 'application/json', 'idempotency-key': idempotencyKey },
      body: JSON.stringify({ person: profile.externalId ?? profile.id, points, reason }),
    });
    if (response.status === 429) throw new RetryAfter(secondsToWait(response), 'The ledger asks to slow down.');
    if (response.status >= 500) throw new Error(`The ledger answered ${response.status}.`);
    if (response.status >= 400) {
      log.warn('The ledger rejected the points.', { status: response.status });
      return done('rejected', unchanged(profile.traits));
    }
    const balance = balanceIn(response) ?? expected?.balance ?? 0;
    return done('credited', { balance, tier: tierOf({ balance, traits: profile.traits }) });
  },

  simulate: ({ config, profile }) => {
    const expected = balanceAfter({ points: config.points, traits: profile.traits });
    return expected ? done('credited', expected) : done('rejected', unchanged(profile.traits));
  },
});

function unchanged(traits: Parameters<typeof balanceAfter>[0]['traits']) {
  return balanceAfter({ points: 0, traits }) ?? { balance: 0, tier: 'bronze' };
}

/** `Retry-After` in seconds; a date or nothing counts as half a minute. */
function secondsToWait({ headers }: HttpResponse): number {
  const seconds = Number(headers['retry-after']);
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3_600) : 30;
}

/** The balance that the ledger tells, if it tells one. */
function balanceIn({ body }: HttpResponse): number | null {
  try {
    const parsed: unknown = JSON.parse(body);
    const balance =
      typeof parsed === 'object' && parsed !== null ? (parsed as { balance?: unknown }).balance : undefined;
    return typeof balance === 'number' && Number.isFinite(balance) ? balance : null;
  } catch {
    // An empty or non-JSON answer with a good status means: booked, balance not told.
    return null;
  }
}
