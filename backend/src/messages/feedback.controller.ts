import { setTimeout as delay } from 'node:timers/promises';
import { Controller, Get, Param, Post, Req, Res } from '@nestjs/common';
import { FeedbackRefused } from '@wend/node-sdk';
import type { FeedbackEvent, FeedbackKind, FeedbackRequest } from '@wend/node-sdk';
import type { Request, Response } from 'express';
import type { IncomingMessage } from 'node:http';
import { ConnectionRepository, OpenConnections, Providers, Rates } from '../channels/index.js';
import { Config } from '../platform/config/index.js';
import { Access } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { FeedbackService } from './feedback.service.js';

const largestBytes = 1024 * 1024;
const droppedBytes = 8 * largestBytes;
/**
 * Calls per second for one connection: a provider that repeats what failed must not take the api from others. Most tell of
 * each message two or three times. More wait for their turn, within what providers wait for an answer: some never say
 * again what was refused.
 */
const mostPerSecond = 1_000;
const longestQueueMs = 5_000;
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

/** What a GET may tell: how far a message came. Whatever changes what its person gets from now on takes a POST. */
const byGet = new Set<FeedbackKind>(['sent', 'delivered', 'failed']);

type Place = { workspaceId: string; connectionId: string; token: string };

/**
 * Where providers tell what became of messages. Nobody is signed in here: the address was made by Wend for one
 * connection, and the provider's code verifies who calls it. A GET is for providers that check an address first, and
 * for gateways that know nothing else to tell receipts by; it takes nobody off a channel. A HEAD tells nothing.
 */
@Controller('/hooks')
export class FeedbackController {
  private readonly rates = new Rates();

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly open: OpenConnections,
    private readonly providers: Providers,
    private readonly feedback: FeedbackService,
    private readonly config: Config,
  ) {}

  @Get(':workspaceId/:connectionId/:token')
  @Access('public')
  check(@Param() place: Place, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.take(place, { request, response });
  }

  @Post(':workspaceId/:connectionId/:token')
  @Access('public')
  hear(@Param() place: Place, @Req() request: Request, @Res() response: Response): Promise<void> {
    return this.take(place, { request, response });
  }

  private async take(place: Place, { request, response }: { request: Request; response: Response }): Promise<void> {
    const { workspaceId, connectionId, token } = place;
    const scope = { workspaceId };
    const ids = uuid.test(workspaceId) && uuid.test(connectionId);
    if (!ids || !this.open.isFeedback({ workspaceId, id: connectionId, signature: token })) return unknown(response);
    if (!(await this.inTurn(connectionId))) {
      response.set('Retry-After', '2');
      return say(response, 429, 'Too many calls at once. Try again in a moment.');
    }
    // Whoever has hung up meanwhile says it again.
    if (response.destroyed) return;
    try {
      const row = await this.connections.find(scope, { id: connectionId });
      const provider = row && this.providers.find(row.kind);
      if (!row || !provider?.feedback) return unknown(response);
      const body = await bytesOf(request);
      if (body === null) return say(response, 413, 'The body is larger than 1 MB.');
      if (isCompressed(request)) {
        response.set('Accept-Encoding', 'identity');
        return say(response, 415, 'Compressed calls can’t be read: switch compression off for this webhook.');
      }
      const told = await provider.feedback(this.callOf(request, body), this.open.open(scope, row));
      const { events, unread = 0, answer = {} } = told;
      if (unread > 0)
        logger.warn({ connectionId, provider: row.kind, unread }, 'parts of what a provider told could not be read');
      if (!mayTell(request.method, events)) {
        logger.warn(
          { connectionId, method: request.method },
          'a call that changes what people get was no POST; refused',
        );
        response.set('Allow', 'POST');
        return say(response, 405, 'Nothing was changed: set this webhook to POST at your provider.');
      }
      await this.feedback.take(scope, { connection: { id: row.id, kind: row.kind }, events });
      response.status(answer.status ?? 200).set('Cache-Control', 'no-store');
      if (answer.body === undefined) return void response.end();
      response.type(answer.contentType ?? 'text/plain; charset=utf-8').send(answer.body);
    } catch (error) {
      if (isRefused(error)) {
        logger.warn({ connectionId, reason: error.message }, 'a call that tells of messages was refused');
        return say(response, 403, error.message);
      }
      logger.error(
        // What cannot be parsed is quoted by such an error: names and numbers of people.
        { error: error instanceof SyntaxError ? 'its body could not be parsed' : error, connectionId },
        'what a provider told could not be taken; it is asked to tell it again',
      );
      response.set('Retry-After', '30');
      say(response, 503, 'This can’t be taken at the moment. Try again later.');
    }
  }

  /** False when too many wait already. */
  private async inTurn(connectionId: string): Promise<boolean> {
    const ms = this.rates.reserve(connectionId, mostPerSecond);
    if (ms > longestQueueMs) {
      this.rates.giveBack(connectionId, mostPerSecond);
      return false;
    }
    if (ms > 0) await delay(ms);
    return true;
  }

  /** The address is ours, as people reach it, whatever `Host` says: some providers sign it. */
  private callOf({ method, originalUrl, headers }: Request, body: Buffer): FeedbackRequest {
    return {
      // The same without the answer's body.
      method: method === 'HEAD' ? 'GET' : method,
      url: `${this.config.publicUrl}${originalUrl}`,
      headers: Object.fromEntries(
        Object.entries(headers).flatMap(([name, value]) =>
          value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]],
        ),
      ),
      body,
    };
  }
}

/**
 * The body as it came; null when it is too large. What is too much is read and dropped, so that the answer is heard.
 */
function bytesOf(request: IncomingMessage): Promise<Buffer | null> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= largestBytes) return void chunks.push(chunk);
      chunks.length = 0;
      if (length > droppedBytes) resolve(null);
    });
    request.once('end', () => resolve(length > largestBytes ? null : Buffer.concat(chunks)));
    request.once('error', reject);
    request.once('close', () => {
      if (!request.complete) reject(new Error('The call ended before its body was complete.'));
    });
  });
}

/** Signatures are over the bytes as they were sent, and no provider that is known compresses them. */
function isCompressed({ headers }: IncomingMessage): boolean {
  return !/^(identity)?$/i.test(headers['content-encoding']?.trim() ?? '');
}

function mayTell(method: string, events: readonly FeedbackEvent[]): boolean {
  return method === 'POST' || events.every(({ kind }) => method === 'GET' && byGet.has(kind));
}

/** A package may bring a copy of the SDK of its own, and with it an error class of its own: the name tells. */
function isRefused(error: unknown): error is FeedbackRefused {
  return error instanceof Error && (error instanceof FeedbackRefused || error.name === 'FeedbackRefused');
}

function unknown(response: Response): void {
  say(response, 404, 'This address isn’t valid: copy the whole address from the connection in Settings → Channels.');
}

function say(response: Response, status: number, sentence: string): void {
  response.status(status).set('Cache-Control', 'no-store').type('text/plain; charset=utf-8').send(sentence);
}
