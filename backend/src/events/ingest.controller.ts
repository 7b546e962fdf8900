import { Controller, HttpCode, Options, Post, Req, Res } from '@nestjs/common';
import { ingestLimits } from '@wend/contract';
import type { EventKind } from '@wend/contract';
import type { Request, Response } from 'express';
import { KeyAuthenticator } from '../access/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { Access, bearerKey } from '../platform/http/index.js';
import { readJsonBody } from './body.js';
import { EventsService } from './events.service.js';
import { normalizeEvents } from './normalize.js';
import type { NormalizedRequest, Rejection } from './normalize.js';
import { isObject } from './safe-json.js';
import { withDeadline } from './write-batcher.js';

/** Calls of the Segment HTTP API, with the short names that its browser SDK uses. `metrics` is the SDK counting itself. */
const calls: Record<string, EventKind | 'batch' | 'import' | 'metrics'> = {
  identify: 'identify', i: 'identify', track: 'track', t: 'track', page: 'page', p: 'page', screen: 'screen', s: 'screen',
  group: 'group', g: 'group', alias: 'alias', a: 'alias', batch: 'batch', b: 'batch', import: 'import', m: 'metrics',
};

type Accepted = { success: true; rejected?: Rejection[] };

/**
 * Ingestion. A 2xx means that the events are committed. 4xx is answered only for what a client must change, because SDKs throw
 * such events away; whatever fails on our side is 503 with Retry-After. Nothing here redirects.
 */
@Controller('v1')
@Access('public')
export class IngestController {
  constructor(
    private readonly keys: KeyAuthenticator,
    private readonly events: EventsService,
  ) {}

  @Options('*path')
  @HttpCode(204)
  preflight(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, OPTIONS',
      'Access-Control-Allow-Headers': request.headers['access-control-request-headers'] ?? 'authorization, content-type',
      'Access-Control-Max-Age': '86400',
      Vary: 'Access-Control-Request-Headers',
    });
  }

  @Post(':call')
  @HttpCode(200)
  async ingest(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<Accepted> {
    const receivedAt = Date.now();
    response.set('Access-Control-Allow-Origin', '*');
    const name = String(request.params['call']);
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined) throw new UserError('no-route', `There is no ${request.method} ${request.path}. Send events to /v1/batch.`, { status: 404 });
    const headerKey = keyOfHeaders(request);
    // Before the body is read: a stranger's megabytes are not worth unpacking.
    const known = headerKey === null ? null : await this.authenticate(headerKey);
    const body = await readJsonBody(request);
    const scope = known ?? (await this.authenticate(isObject(body) && typeof body['writeKey'] === 'string' ? body['writeKey'] : null));
    if (call === 'metrics') return { success: true };
    return this.store({ scope, normalized: normalizeBody({ body, call, receivedAt }), batch: call === 'batch' || call === 'import' });
  }

  private async store({ scope, normalized, batch }: { scope: Scope; normalized: NormalizedRequest; batch: boolean }): Promise<Accepted> {
    const { events, rejected } = normalized;
    const refused = (await this.events.store({ scope, events: events.map(({ event }) => event) })).rejected.map(({ index, message }): Rejection => {
      const original = events[index]!.index;
      return { index: original, path: batch ? `batch[${original}]` : '', message };
    });
    const all = [...rejected, ...refused].sort((a, b) => a.index - b.index);
    if (all.length === 0) return { success: true };
    if (refused.length === events.length) {
      throw new UserError('invalid-events', batch ? 'No event of the batch can be used; see "errors".' : 'The event cannot be used; see "errors".', { errors: all.map(({ path, message }) => ({ path, message })) });
    }
    return { success: true, rejected: all };
  }

  private async authenticate(key: string | null): Promise<Scope> {
    const caller = key === null ? null : await withDeadline(this.keys.authenticateKey(key));
    if (!caller || caller.actor.kind !== 'key') {
      throw new UserError('unauthenticated', 'The write key is missing, not known or revoked. Send an API key with the scope "ingest" as user name of HTTP Basic, as Bearer token or as "writeKey".', { status: 401, headers: { 'WWW-Authenticate': 'Basic realm="wend"' } });
    }
    const { scopes } = caller.actor;
    if (!scopes.includes('ingest') && !scopes.includes('admin')) throw new UserError('forbidden', 'This API key has no scope "ingest". Make a key that has it.', { status: 403 });
    return { workspaceId: caller.workspaceId };
  }
}

/** The key of HTTP Basic (as user name; SDKs leave the password empty) or of a Bearer token. */
function keyOfHeaders(request: Request): string | null {
  const basic = /^Basic +(\S+)$/i.exec(request.headers.authorization ?? '')?.[1];
  if (basic === undefined) return bearerKey(request);
  return Buffer.from(basic, 'base64').toString('utf8').split(':')[0] || null;
}

function normalizeBody({ body, call, receivedAt }: { body: unknown; call: EventKind | 'batch' | 'import'; receivedAt: number }): NormalizedRequest {
  if (!isObject(body)) throw new UserError('invalid-events', 'The body must be a JSON object.', { errors: [{ path: '', message: 'must be an object' }] });
  if (call !== 'batch' && call !== 'import') return normalizeEvents({ items: [body], kind: call, sentAt: body['sentAt'], receivedAt, batch: false });
  const items = body['batch'];
  if (!Array.isArray(items)) throw new UserError('invalid-events', 'A batch holds its events in "batch".', { errors: [{ path: 'batch', message: 'must be a list of events' }] });
  if (items.length > ingestLimits.batchEvents) {
    throw new UserError('too-many-events', `A batch may hold ${ingestLimits.batchEvents} events; this one holds ${items.length}. Send smaller batches.`, { status: 413 });
  }
  return normalizeEvents({ items, kind: null, sentAt: body['sentAt'], receivedAt, batch: true, origin: call === 'import' ? 'import' : 'live' });
}
