import { Controller, HttpCode, Options, Post, Req, Res } from '@nestjs/common';
import { ingestLimits, isObject } from '@wend/contract';
import type { EventKind } from '@wend/contract';
import type { Request, Response } from 'express';
import { UserError } from '../platform/errors/index.js';
import { Access } from '../platform/http/index.js';
import { EventsService } from './events.service.js';
import { IngestListeners } from './ingest-listeners.js';
import type { TakenRequest } from './ingest-listeners.js';
import { failureOf } from './ingest-failure.js';
import { normalizeEvents } from './normalize.js';
import type { NormalizedRequest, Rejection } from './normalize.js';
import { WriteKeys } from './write-keys.js';
import type { Reading } from './write-keys.js';

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

type StoreOptions = Pick<TakenRequest, 'scope' | 'keyId' | 'route' | 'receivedAt' | 'kind' | 'items'> & {
  normalized: NormalizedRequest;
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
    private readonly listeners: IngestListeners,
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
    const kind = call === 'batch' || call === 'import' ? null : call;
    const reading: Reading = { sender: null };
    const told = { route: request.path, receivedAt, kind };
    try {
      const { scope, keyId, body } = await this.keys.read(request, reading);
      const { items, ...normalized } = normalizeBody({ body, call, receivedAt });
      return await this.store({ ...told, scope, keyId, items, normalized });
    } catch (error) {
      // Of a stranger's request nobody is told: it is nobody's.
      if (reading.sender && !(error instanceof NoneAccepted))
        this.listeners.failed({ ...told, ...reading.sender, ...failureOf(error, reading) });
      throw error;
    }
  }

  private async store({ normalized, ...told }: StoreOptions): Promise<Accepted> {
    const { events, rejected } = normalized;
    const batch = told.kind === null;
    const stored = await this.events.store({ scope: told.scope, events: events.map(({ event }) => event) });
    const refused = stored.rejected.map(({ index, message }): Rejection => {
      const original = events[index]!.index;
      return { index: original, path: batch ? `batch[${original}]` : '', message };
    });
    const all =
      rejected.length + refused.length === 0 ? rejected : [...rejected, ...refused].sort((a, b) => a.index - b.index);
    const none = all.length > 0 && refused.length === events.length;
    this.listeners.took({
      ...told,
      status: none ? 400 : 200,
      events,
      eventIds: stored.eventIds,
      rejected: all,
      refused: refused.length,
    });
    const late = stored.late.map(({ index, traits }) => ({ index: events[index]!.index, traits: Object.keys(traits) }));
    if (none) throw new NoneAccepted(batch, all);
    return { success: true, ...(all.length > 0 && { rejected: all }), ...(late.length > 0 && { late }) };
  }
}

/** All events of a request are rejected, each for its own reason. */
class NoneAccepted extends UserError {
  constructor(batch: boolean, rejected: readonly Rejection[]) {
    super(
      'invalid-events',
      batch ? 'No event in the batch can be used; see "errors".' : 'The event cannot be used; see "errors".',
      { errors: rejected.map(({ path, message }) => ({ path, message })) },
    );
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

function normalizeBody({
  body,
  call,
  receivedAt,
}: NormalizeBodyOptions): NormalizedRequest & { items: readonly unknown[] } {
  if (!isObject(body))
    throw new UserError('invalid-events', 'The body must be a JSON object.', {
      errors: [{ path: '', message: 'must be an object' }],
    });
  if (call !== 'batch' && call !== 'import')
    return {
      items: [body],
      ...normalizeEvents({ items: [body], kind: call, sentAt: body['sentAt'], receivedAt, batch: false }),
    };
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
  return {
    items,
    ...normalizeEvents({
      items,
      kind: null,
      sentAt: body['sentAt'],
      receivedAt,
      batch: true,
      origin: call === 'import' ? 'import' : 'live',
    }),
  };
}
