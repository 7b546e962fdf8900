import type { Route } from '@wend/contract';
import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { UserError } from '../errors/index.js';
import { parseExactly } from '../text/index.js';
import type { CallerResolver } from './caller.js';

const megabyte = 1024 * 1024;
/** Largest body of a management request, but for routes that name a limit of their own. */
const usualBytes = megabyte;

/**
 * Parses JSON bodies of `/api`, as exactly as ingestion does (whole numbers that a number would change become text of
 * their digits); anything else is 415. `/v1` stays raw: ingestion reads and limits its own body. Routes
 * of `routes` with `bodyBytes` take that much, from callers who are known: a stranger's megabytes are not kept. Those
 * with `raw` are left alone: their handlers read what comes, once the guard has let it in.
 */
export function jsonBody({ routes, callers }: { routes: Route[]; callers: CallerResolver }): RequestHandler {
  const large = routes.flatMap(({ method, path, bodyBytes }) =>
    bodyBytes === undefined ? [] : [{ method, path: patternOf(path), bodyBytes }],
  );
  const raw = routes.filter((route) => route.raw).map(({ method, path }) => ({ method, path: patternOf(path) }));
  const isRaw = (request: Request) =>
    raw.some(({ method, path }) => method === request.method && path.test(`${request.baseUrl}${request.path}`));
  const limitFor = async (request: Request): Promise<number> => {
    const own = large.find(
      ({ method, path }) => method === request.method && path.test(`${request.baseUrl}${request.path}`),
    );
    return own && (await callers.resolve(request)) ? own.bodyBytes : usualBytes;
  };
  const parsers = new Map<number, RequestHandler>();
  const parserFor = (limit: number): RequestHandler =>
    parsers.get(limit) ??
    parsers.set(limit, express.text({ limit, type: isJson, defaultCharset: 'utf-8' })).get(limit)!;
  return (request: Request, response: Response, next: NextFunction) => {
    if (isRaw(request)) return next();
    if (hasBody(request) && !isJson(request))
      return next(
        new UserError(
          'unsupported-media-type',
          'The body must be JSON. Send it with "Content-Type: application/json".',
          { status: 415, headers: { 'Accept-Post': 'application/json' } },
        ),
      );
    limitFor(request).then(
      (limit) =>
        parserFor(limit)(request, response, (error?: unknown) => {
          if (error !== undefined) return next(asUserError({ error, limit }));
          try {
            if (typeof request.body === 'string') request.body = parsedBody(request.body);
            next();
          } catch (malformed) {
            next(malformed);
          }
        }),
      next,
    );
  };
}

/** Objects and lists alone; an empty body is an empty object. */
function parsedBody(text: string): unknown {
  const json = text.replace(/^\uFEFF/, '').trim();
  if (json === '') return {};
  const malformed = new UserError('malformed-json', 'The body isn’t valid JSON. Check quotes, commas, and brackets.');
  if (!/^[[{]/.test(json)) throw malformed;
  try {
    return parseExactly(json);
  } catch {
    throw malformed;
  }
}

function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replace(/:\w+/g, '[^/]+')}/?$`);
}

function hasBody({ headers }: Pick<Request, 'headers'>): boolean {
  return headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0;
}

function isJson({ headers }: Pick<Request, 'headers'>): boolean {
  return /^application\/([\w.-]+\+)?json *(;|$)/i.test(headers['content-type'] ?? '');
}

function asUserError({ error, limit }: { error: unknown; limit: number }): unknown {
  const { type, status } = error as { type?: string; status?: number };
  if (type === 'entity.too.large')
    return new UserError(
      'body-too-large',
      `The request is larger than ${sizeOf(limit)}. Shorten or split the content.`,
      { status: 413 },
    );
  if (typeof status === 'number' && status < 500)
    return new UserError('unreadable-body', `The body can’t be read: ${(error as Error).message}.`, { status });
  return error;
}

/** In the unit in which the limit was set: limits are whole megabytes of either kind. */
function sizeOf(bytes: number): string {
  const megabytes = bytes % megabyte === 0 ? bytes / megabyte : bytes / 1_000_000;
  return `${Number(megabytes.toFixed(1))} MB`;
}
