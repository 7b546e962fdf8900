import { randomUUID } from 'node:crypto';
import { STATUS_CODES } from 'node:http';
import { Catch, HttpException } from '@nestjs/common';
import type { ArgumentsHost, ExceptionFilter } from '@nestjs/common';
import type { Problem } from '@wend/contract';
import type { Request, Response } from 'express';
import { OperationalError, UserError } from '../errors/index.js';
import { logger } from '../logging/index.js';
import { allowedMethods } from './methods.js';
import { isOutage } from './outage.js';

const retryAfterSeconds = 5;

type Answer = { problem: Omit<Problem, 'title'>; headers?: Record<string, string> };

/**
 * Every error as `application/problem+json` (RFC 9457) with a stable code. Bugs are logged with an id that the answer
 * names.
 */
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
    if (request.method === 'OPTIONS' && problem.status === 405)
      return void response
        .status(204)
        .set({ ...headers })
        .end();
    response.status(problem.status).set({ ...headers, 'Content-Type': 'application/problem+json; charset=utf-8' });
    response.send(JSON.stringify({ title: STATUS_CODES[problem.status] ?? 'Error', ...problem }));
  }
}

function answerFor(error: unknown, request: Request): Answer {
  if (error instanceof UserError) {
    const { headers, errors, issues } = error.details;
    return {
      problem: {
        status: error.status,
        code: error.code,
        detail: error.message,
        ...(errors && { errors }),
        ...(issues && { issues }),
      },
      ...(headers && { headers }),
    };
  }
  if (error instanceof OperationalError)
    return unavailable({ code: error.code, detail: error.message, error, request });
  if (isOutage(error))
    return unavailable({
      code: 'database-unavailable',
      detail: 'The database isn’t responding. Nothing was changed. Try again in a moment.',
      error,
      request,
    });
  if (error instanceof HttpException && error.getStatus() < 500) return fromNest(error, request);
  const errorId = randomUUID();
  logger.error({ errorId, error, method: request.method, path: request.path }, 'request failed');
  return {
    problem: {
      status: 500,
      code: 'internal',
      detail: 'Something went wrong on our side. Include the error ID when you report it.',
      errorId,
    },
  };
}

type UnavailableOptions = {
  code: string;
  detail: string;
  error: unknown;
  request: Request;
};

function unavailable({ code, detail, error, request }: UnavailableOptions): Answer {
  logger.warn({ code, error, method: request.method, path: request.path }, 'service unavailable');
  return { problem: { status: 503, code, detail }, headers: { 'Retry-After': String(retryAfterSeconds) } };
}

function noRoute(request: Request): Answer {
  const allowed = allowedMethods(request);
  if (allowed.length === 0)
    return { problem: { status: 404, code: 'no-route', detail: `There is no ${request.method} ${request.path}.` } };
  return {
    problem: {
      status: 405,
      code: 'method-not-allowed',
      detail: `${request.path} takes ${allowed.join(', ')}, not ${request.method}.`,
    },
    headers: { Allow: allowed.join(', ') },
  };
}

function fromNest(error: HttpException, request: Request): Answer {
  const status = error.getStatus();
  if (status === 404) return noRoute(request);
  return { problem: { status, code: 'bad-request', detail: error.message } };
}
