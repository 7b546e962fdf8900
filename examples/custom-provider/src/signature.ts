import { createHmac, timingSafeEqual } from 'node:crypto';

const longestSeconds = 300;

type Signed = { headers: Record<string, string>; body: Buffer; secrets: readonly (string | undefined)[]; now?: number };

/**
 * What is wrong with the signature of a call, null when nothing is. Courier sends `courier-timestamp` (seconds since 1970)
 * and `courier-signature`: hex HMAC-SHA256 of timestamp, a full stop and the exact body. A call is good for five minutes.
 */
export function signatureProblem({ headers, body, secrets, now = Date.now() }: Signed): string | null {
  const { 'courier-timestamp': at = '', 'courier-signature': given = '' } = headers;
  if (!/^\d{1,12}$/.test(at) || !/^[0-9a-f]{64}$/.test(given)) return 'This call is not signed by Courier.';
  if (Math.abs(now / 1_000 - Number(at)) > longestSeconds)
    return 'This call of Courier is older than five minutes, or its clock is wrong.';
  const valid = secrets.some(
    (secret) =>
      secret !== undefined && secret !== '' && timingSafeEqual(sign({ at, body, secret }), Buffer.from(given, 'hex')),
  );
  return valid ? null : 'This call is not signed with the signing secret of this connection.';
}

/** The signature's bytes. */
export function sign({ at, body, secret }: { at: string; body: Buffer; secret: string }): Buffer {
  return createHmac('sha256', secret).update(`${at}.`).update(body).digest();
}
