import { Controller, HttpCode, Options, Post, Req, Res } from '@nestjs/common';
import { ingestLimits, isObject } from '@wend/contract';
import type { EventKind } from '@wend/contract';
import type { Request, Response } from 'express';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { Access } from '../platform/http/index.js';
import { EventsService } from './events.service.js';
import { normalizeEvents } from './normalize.js';
import type { NormalizedRequest, Rejection } from './normalize.js';
import { WriteKeys } from './write-keys.js';

/**
 * Calls of the Segment HTTP API, with the short names that its browser SDK uses. `metrics` is the SDK counting itself.
 */
const calls: Record<string, EventKind | 'batch' | 'import' | 'metrics'> = {
  identify: 'identify',
  i: 'identify',
  track: 'track',
  t: 'track',
  page: 'page',
  p: 'page',
  screen: 'screen',
  s: 'screen',
  group: 'group',
  g: 'group',
  alias: 'alias',
  a: 'alias',
  batch: 'batch',
  b: 'batch',
  import: 'import',
  m: 'metrics',
};

/** `late`: traits of an identify that changed nothing, because newer values are known. */
type Accepted = { success: true; rejected?: Rejection[]; late?: { index: number; traits: string[] }[] };

type StoreOptions = {
  scope: Scope;
  normalized: NormalizedRequest;
  batch: boolean;
};

/**
 * Ingestion. A 2xx means that the events are committed. 4xx is answered only for what a client must change, because
 * SDKs throw such events away; whatever fails on our side is 503 with Retry-After. Nothing here redirects.
 */
@Controller('v1')
@Access('public')
export class IngestController {
  constructor(
    private readonly keys: WriteKeys,
    private readonly events: EventsService,
  ) {}

  @Options('*path')
  @HttpCode(204)
  preflight(@Req() request: Request, @Res({ passthrough: true }) response: Response): void {
    response.set({
      'Access-Control-Allow-Methods': 'GET, POST, DELETE, OPTIONS',
      'Access-Control-Allow-Headers':
        request.headers['access-control-request-headers'] ?? 'authorization, content-type',
      'Access-Control-Max-Age': '86400',
      Vary: 'Access-Control-Request-Headers',
    });
  }

  @Post(':call')
  @HttpCode(200)
  async ingest(@Req() request: Request): Promise<Accepted> {
    const receivedAt = Date.now();
    const name = String(request.params['call']);
    const call = Object.hasOwn(calls, name) ? calls[name] : undefined;
    if (call === undefined)
      throw new UserError('no-route', `There is no ${request.method} ${request.path}. Send events to /v1/batch.`, {
        status: 404,
      });
    // The browser SDK's figures of itself come without a key, and nobody needs them.
    if (call === 'metrics') return discard(request);
    const { scope, body } = await this.keys.read(request);
    return this.store({
      scope,
      normalized: normalizeBody({ body, call, receivedAt }),
      batch: call === 'batch' || call === 'import',
    });
  }

  private async store({ scope, normalized, batch }: StoreOptions): Promise<Accepted> {
    const { events, rejected } = normalized;
    const stored = await this.events.store({ scope, events: events.map(({ event }) => event) });
    const refused = stored.rejected.map(({ index, message }): Rejection => {
      const original = events[index]!.index;
      return { index: original, path: batch ? `batch[${original}]` : '', message };
    });
    const late = stored.late.map(({ index, traits }) => ({ index: events[index]!.index, traits: Object.keys(traits) }));
    const told = late.length === 0 ? {} : { late };
    const all = [...rejected, ...refused].sort((a, b) => a.index - b.index);
    if (all.length === 0) return { success: true, ...told };
    if (refused.length === events.length) {
      throw new UserError(
        'invalid-events',
        batch ? 'No event in the batch can be used; see "errors".' : 'The event cannot be used; see "errors".',
        { errors: all.map(({ path, message }) => ({ path, message })) },
      );
    }
    return { success: true, rejected: all, ...told };
  }
}

function discard(request: Request): Accepted {
  request.resume();
  return { success: true };
}

type NormalizeBodyOptions = {
  body: unknown;
  call: EventKind | 'batch' | 'import';
  receivedAt: number;
};

function normalizeBody({ body, call, receivedAt }: NormalizeBodyOptions): NormalizedRequest {
  if (!isObject(body))
    throw new UserError('invalid-events', 'The body must be a JSON object.', {
      errors: [{ path: '', message: 'must be an object' }],
    });
  if (call !== 'batch' && call !== 'import')
    return normalizeEvents({ items: [body], kind: call, sentAt: body['sentAt'], receivedAt, batch: false });
  const items = body['batch'];
  if (!Array.isArray(items))
    throw new UserError('invalid-events', 'A batch must have its events in "batch".', {
      errors: [{ path: 'batch', message: 'must be a list of events' }],
    });
  if (items.length > ingestLimits.batchEvents) {
    throw new UserError(
      'too-many-events',
      `A batch can have at most ${ingestLimits.batchEvents} events; this one has ${items.length}. Send smaller batches.`,
      { status: 413 },
    );
  }
  return normalizeEvents({
    items,
    kind: null,
    sentAt: body['sentAt'],
    receivedAt,
    batch: true,
    origin: call === 'import' ? 'import' : 'live',
  });
}
