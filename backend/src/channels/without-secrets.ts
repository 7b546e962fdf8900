import type { OpenConnection } from '@wend/node-sdk';
import { isProviderError } from './provider-error.js';

const hidden = '[secret]';
/** What is shorter stands in other words too, and hides nothing. */
const shortest = 6;
/** More of an answer is not kept. */
const looked = 8_000;

/**
 * What a provider answers is shown to members and stored: one that echoes a call must not show the keys that were in it,
 * as they are or in a login (Base64).
 */
export async function withoutSecrets<Result>(
  connection: Pick<OpenConnection, 'secrets' | 'oldSecrets'> | null,
  work: () => Promise<Result>,
): Promise<Result> {
  const secrets = [...Object.values(connection?.secrets ?? {}), ...Object.values(connection?.oldSecrets ?? {})].filter(
    (secret) => secret.length >= shortest,
  );
  if (secrets.length === 0) return work();
  try {
    const result = await work();
    if (typeof result === 'string') return hide(result, secrets) as Result;
    const { answer, detail } = result as { answer?: string; detail?: string };
    return {
      ...result,
      ...(answer !== undefined && { answer: hide(answer, secrets) }),
      ...(detail !== undefined && { detail: hide(detail, secrets) }),
    };
  } catch (error) {
    if (isProviderError(error))
      Object.assign(error, {
        message: hide(error.message, secrets),
        answer: error.answer === null ? null : hide(error.answer, secrets),
      });
    throw error;
  }
}

function hide(text: string, secrets: readonly string[]): string {
  let clean = text.slice(0, looked);
  for (const secret of secrets)
    for (const form of new Set([secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)]))
      clean = clean.replaceAll(form, hidden);
  return clean.replace(/[\w+/=-]{8,}/g, (found) => {
    const plain = Buffer.from(found, 'base64').toString('utf8');
    return secrets.some((secret) => plain.includes(secret)) ? hidden : found;
  });
}
