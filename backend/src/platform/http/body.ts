import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { UserError } from '../errors/index.js';

/** Largest body of a management request. A graph of 1000 nodes with long e-mails fits. */
const limit = '1mb';

/** Parses JSON bodies of `/api`. `/v1` stays raw: ingestion reads and limits its own body. */
export function jsonBody(): RequestHandler {
  const parse = express.json({ limit, strict: true });
  return (request: Request, response: Response, next: NextFunction) => parse(request, response, (error?: unknown) => next(error === undefined ? undefined : asUserError(error)));
}

function asUserError(error: unknown): unknown {
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large') return new UserError('body-too-large', 'The request is larger than 1 MB. Shorten the content, or split it.', { status: 413 });
  if (type === 'entity.parse.failed') return new UserError('malformed-json', 'The body is not JSON. Check quotes, commas and brackets.');
  if (typeof status === 'number' && status < 500) return new UserError('unreadable-body', `The body cannot be read: ${(error as Error).message}.`, { status });
  return error;
}
