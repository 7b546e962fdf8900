import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { requestHeaders, takeHead } from './headers.js';
import type { Doorway } from './headers.js';
import { answerProblem, bodyTimeout, tooSlow, unreachable } from './problems.js';

/**
 * Of a body so much is kept here before the api hears of it: all of nearly every request, so that a slow sender holds
 * nothing there.
 */
const keptBytes = 16 * 1024;

export type ForwardLimits = {
  /** Without a byte of the body for so long the request is over. */
  bodyIdleMs: number;
  /** The api has said nothing for so long; its streams speak every ten seconds. */
  answerIdleMs: number;
  /**
   * A connection to the api that is not used for so long is closed: before the api does it, just as a request is
   * written to it.
   */
  apiIdleMs: number;
};

/** Hands requests to the api and its answers back, as they are. */
export class Forwarder {
  // No ceiling: with one, whoever opens that many slow requests shuts everybody out. Sockets are bounded by the
  // connections that are let in.
  private readonly http: HttpAgent;
  private readonly https: HttpsAgent;

  constructor(
    private readonly apiUrl: URL,
    private readonly doorway: Doorway,
    private readonly limits: ForwardLimits,
  ) {
    const options = { keepAlive: true, maxFreeSockets: 256, timeout: limits.apiIdleMs };
    this.http = new HttpAgent(options);
    this.https = new HttpsAgent(options);
  }

  async forward(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const kept = await firstBytes({ request, idleMs: this.limits.bodyIdleMs });
    if (kept === 'gone') return void response.destroy();
    if (kept === 'late') return answerProblem({ request, response, problem: bodyTimeout });
    this.send({ request, response, kept });
  }

  close(): void {
    this.http.destroy();
    this.https.destroy();
  }

  private send({ request, response, kept }: { request: IncomingMessage; response: ServerResponse; kept: Kept }): void {
    const outgoing = this.open({ request, kept });
    const leave = (): void => void outgoing.destroy();
    response.once('close', leave);
    outgoing.setTimeout(this.limits.answerIdleMs, () =>
      outgoing.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      response.off('close', leave);
      if (response.destroyed || response.writableEnded) return;
      // The api closed a kept connection just as it was taken; nothing of the request was read.
      if (
        outgoing.reusedSocket &&
        error.code === 'ECONNRESET' &&
        kept.whole &&
        kept.chunks.length === 0 &&
        !response.headersSent
      )
        return this.send({ request, response, kept });
      if (!response.headersSent) console.error(`The api at ${this.apiUrl.origin} does not answer: ${error.message}`);
      request.unpipe(outgoing);
      request.resume();
      answerProblem({ request, response, problem: error.code === 'ETIMEDOUT' ? tooSlow : unreachable });
    });
    outgoing.once('response', (answer) => pass({ request, response, outgoing, answer }));
    for (const chunk of kept.chunks) outgoing.write(chunk);
    if (kept.whole) outgoing.end();
    else sendRest({ request, response, outgoing, idleMs: this.limits.bodyIdleMs });
  }

  private open({ request, kept }: { request: IncomingMessage; kept: Kept }): ClientRequest {
    const { apiUrl } = this;
    const headers = requestHeaders(request, this.doorway);
    if (kept.whole && kept.chunks.length > 0) headers['content-length'] = String(kept.bytes);
    // Node writes the body of a GET or DELETE bare when nothing says where it ends: the api would read it as the next
    // request on a connection that all share.
    if (!kept.whole && headers['content-length'] === undefined) headers['transfer-encoding'] = 'chunked';
    const secure = apiUrl.protocol === 'https:';
    return (secure ? httpsRequest : httpRequest)({
      // What was asked, byte for byte.
      protocol: apiUrl.protocol,
      hostname: apiUrl.hostname.replace(/^\[|\]$/g, ''),
      port: apiUrl.port,
      path: `${apiUrl.pathname.replace(/\/$/, '')}${request.url}`,
      method: request.method,
      headers,
      setHost: false,
      agent: secure ? this.https : this.http,
    });
  }
}

type Kept = { chunks: Buffer[]; bytes: number; whole: boolean };

type FirstBytesOptions = {
  request: IncomingMessage;
  idleMs: number;
};

/**
 * The body up to `keptBytes`, and whether that is all of it. `late`: it stopped coming; `gone`: nobody is there any
 * more.
 */
function firstBytes({ request, idleMs }: FirstBytesOptions): Promise<Kept | 'late' | 'gone'> {
  return new Promise((resolve) => {
    const kept: Kept = { chunks: [], bytes: 0, whole: false };
    const timer = setTimeout(() => done('late'), idleMs);
    const done = (result: Kept | 'late' | 'gone'): void => {
      clearTimeout(timer);
      request.off('data', take).off('end', end).off('close', close).off('error', close);
      if (result === kept && !kept.whole) request.pause();
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      timer.refresh();
      kept.chunks.push(chunk);
      kept.bytes += chunk.length;
      if (kept.bytes > keptBytes) done(kept);
    };
    const end = (): void => {
      kept.whole = true;
      done(kept);
    };
    const close = (): void => done('gone');
    request.on('data', take).once('end', end).once('close', close).once('error', close);
  });
}

type SendRestOptions = {
  request: IncomingMessage;
  response: ServerResponse;
  outgoing: ClientRequest;
  idleMs: number;
};

/** Passes on what was not kept, as it comes. */
function sendRest({ request, response, outgoing, idleMs }: SendRestOptions): void {
  const timer = setTimeout(() => {
    response.off('close', stop);
    request.unpipe(outgoing);
    outgoing.destroy();
    answerProblem({ request, response, problem: bodyTimeout });
  }, idleMs);
  const stop = (): void => clearTimeout(timer);
  request.on('data', () => timer.refresh());
  request.once('end', stop);
  response.once('close', stop);
  request.once('close', () => {
    if (!request.complete) outgoing.destroy();
  });
  request.pipe(outgoing);
}

type PassOptions = {
  request: IncomingMessage;
  response: ServerResponse;
  outgoing: ClientRequest;
  answer: IncomingMessage;
};

function pass({ request, response, outgoing, answer }: PassOptions): void {
  if (response.destroyed || response.headersSent) return void outgoing.destroy();
  if (!request.complete) {
    // Answered before the body was there (it is too large, or nobody may send it): the rest is read and dropped, so
    // that the connection can go on.
    request.unpipe(outgoing);
    request.resume();
    answer.once('end', () => outgoing.destroy());
  }
  takeHead({ answer, response });
  answer.once('aborted', () => response.destroy());
  answer.pipe(response);
  // Streams begin with their head.
  response.flushHeaders();
}
