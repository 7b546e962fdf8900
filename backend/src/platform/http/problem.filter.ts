import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Problem } from '@wend/contract';
import type { Request, Response } from 'express';
import { OperationalError, UserError } from '../errors/index.js';
import { logger } from '../logging/index.js';
import { isOutage } from './outage.js';

const retryAfterSeconds = 5;

type Answer = { problem: Omit<Problem, 'title'>; headers?: Record<string, string> };

/** Every error as `application/problem+json` (RFC 9457) with a stable code. Bugs are logged with an id that the answer names. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<Request>();
    const response = http.getResponse<Response>();
    const { problem, headers } = answerFor(error, request);
    if (response.headersSent) {
      response.destroy(error instanceof Error ? error : undefined);
      return;
    }
    response.status(problem.status).set({ ...headers, 'Content-Type': 'application/problem+json; charset=utf-8' });
    response.send(JSON.stringify({ title: STATUS_CODES[problem.status] ?? 'Error', ...problem }));
  }
}

function answerFor(error: unknown, request: Request): Answer {
  if (error instanceof UserError) {
    const { headers, errors, issues } = error.details;
    return { problem: { status: error.status, code: error.code, detail: error.message, ...(errors && { errors }), ...(issues && { issues }) }, ...(headers && { headers }) };
  }
  if (error instanceof OperationalError) return unavailable({ code: error.code, detail: error.message, error, request });
  if (isOutage(error)) return unavailable({ code: 'database-unavailable', detail: 'The database does not answer just now. Nothing was changed; try again in a moment.', error, request });
  if (error instanceof HttpException && error.getStatus() < 500) return fromNest(error, request);
  const errorId = randomUUID();
  logger.error({ errorId, error, method: request.method, path: request.path }, 'request failed');
  return { problem: { status: 500, code: 'internal', detail: 'Something went wrong on our side. Quote the error id when you report it.', errorId } };
}

function unavailable({ code, detail, error, request }: { code: string; detail: string; error: unknown; request: Request }): Answer {
  logger.warn({ code, error, method: request.method, path: request.path }, 'service unavailable');
  return { problem: { status: 503, code, detail }, headers: { 'Retry-After': String(retryAfterSeconds) } };
}

function fromNest(error: HttpException, request: Request): Answer {
  const status = error.getStatus();
  if (status === 404) return { problem: { status, code: 'no-route', detail: `There is no ${request.method} ${request.path}.` } };
  return { problem: { status, code: 'bad-request', detail: error.message } };
}
