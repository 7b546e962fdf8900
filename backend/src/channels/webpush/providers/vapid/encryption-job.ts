import { encryptPush } from './encryption.js';
import type { EncryptOptions } from './encryption.js';

export type EncryptionJob = Omit<EncryptOptions, 'fixed'>;
/** Bodies one behind the other, so that one buffer goes between threads; where one ends, or why there is none. */
export type EncryptedBatch = { bytes: ArrayBuffer; ends: (number | string)[] };

/** One subscription whose keys are none leaves the others alone. */
export function encryptBatch(jobs: readonly EncryptionJob[]): EncryptedBatch {
  const bodies: Buffer[] = [];
  const ends: (number | string)[] = [];
  let length = 0;
  for (const job of jobs) {
    try {
      const body = encryptPush(job);
      bodies.push(body);
      length += body.length;
      ends.push(length);
    } catch (error) {
      ends.push((error as Error).message);
    }
  }
  const bytes = new Uint8Array(new ArrayBuffer(length));
  let at = 0;
  for (const body of bodies) {
    bytes.set(body, at);
    at += body.length;
  }
  return { bytes: bytes.buffer, ends };
}

/** Each job's body, or an error's message. */
export function bodiesOf({ bytes, ends }: EncryptedBatch): (Uint8Array | string)[] {
  let start = 0;
  return ends.map((end) => {
    if (typeof end === 'string') return end;
    const body = new Uint8Array(bytes, start, end - start);
    start = end;
    return body;
  });
}
