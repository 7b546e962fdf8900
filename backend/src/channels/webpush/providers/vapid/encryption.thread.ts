import { encryptBatch } from './encryption-job.js';
import type { EncryptedBatch, EncryptionJob } from './encryption-job.js';

/** What a thread of `Encryption` does. */
// The pool loads it by its place.
// eslint-disable-next-line wend/named-exports
export default function encrypt(jobs: EncryptionJob[]): EncryptedBatch {
  return encryptBatch(jobs);
}
