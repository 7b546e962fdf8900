import { isObject } from '@wend/contract';
import { OperationalError, UserError } from '../platform/errors/index.js';
import { isOutage } from '../platform/http/index.js';
import { MalformedBody } from './body.js';
import type { FailedRequest } from './ingest-listeners.js';
import type { Reading } from './write-keys.js';

/** What is told of a request that failed as a whole. */
export function failureOf(
  error: unknown,
  { parsed }: Reading,
): Pick<FailedRequest, 'status' | 'reason' | 'count' | 'body'> {
  const batch = isObject(parsed) && Array.isArray(parsed['batch']) ? parsed['batch'].length : 1;
  return {
    status:
      error instanceof UserError ? error.status : error instanceof OperationalError || isOutage(error) ? 503 : 500,
    reason:
      error instanceof UserError || error instanceof OperationalError
        ? error.message
        : 'The server failed. What was sent is sent again by most clients.',
    count: Math.max(1, batch),
    body: error instanceof MalformedBody ? { text: error.excerpt } : parsed === undefined ? null : { parsed },
  };
}
