import { STATUS_CODES } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';

export type DoorProblem = { status: number; code: string; detail: string; headers?: Record<string, string> };

export const unreachable: DoorProblem = {
  status: 503,
  code: 'api-unreachable',
  detail: 'The API does not answer. Check that it runs, then try again.',
  headers: { 'retry-after': '2' },
};
export const tooSlow: DoorProblem = {
  status: 504,
  code: 'api-timeout',
  detail: 'The API took too long to answer. Try again in a moment.',
  headers: { 'retry-after': '5' },
};
export const badPath: DoorProblem = {
  status: 400,
  code: 'bad-path',
  detail:
    'The path has a "%" that isn’t followed by two hexadecimal digits, or bytes that aren’t UTF-8. Escape it as encodeURIComponent does.',
};
export const bodyTimeout: DoorProblem = {
  status: 408,
  code: 'body-timeout',
  detail: 'The body of the request did not arrive in time. Send it again.',
  headers: { connection: 'close' },
};

type AnswerProblemOptions = {
  request: IncomingMessage;
  response: ServerResponse;
  problem: DoorProblem;
};

/**
 * Answers with a problem (RFC 9457), readable for pages of other origins where ingestion is. Nothing is done when an
 * answer has begun.
 */
export function answerProblem({
  request,
  response,
  problem: { status, code, detail, headers = {} },
}: AnswerProblemOptions): void {
  if (response.headersSent || response.destroyed) return void response.destroy();
  const cors = request.url?.startsWith('/v1')
    ? { 'access-control-allow-origin': '*', 'access-control-expose-headers': 'Retry-After' }
    : {};
  response.writeHead(status, {
    'content-type': 'application/problem+json; charset=utf-8',
    'x-content-type-options': 'nosniff',
    ...cors,
    ...headers,
  });
  response.end(
    request.method === 'HEAD'
      ? undefined
      : JSON.stringify({ title: STATUS_CODES[status] ?? 'Error', status, code, detail }),
  );
}
