import type { Readable } from 'node:stream';
import { Agent, buildConnector, request } from 'undici';
import type { Dispatcher } from 'undici';
import { Destinations } from './destination.js';
import type { Resolve } from './destination.js';
import { OutboundError, outboundErrorOf } from './outbound-error.js';
import { pinned } from './pinned.js';

export type OutboundRequest = {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /**
   * Awaited once the connection stands, right before the first byte leaves. What it throws comes through as it is, and
   * nothing is sent; what fails before it has resolved is not `handedOver`.
   */
  beforeSending?: () => Promise<void>;
  /** For the whole exchange; 15 s when absent. */
  timeoutMs?: number;
  /** Asks for the answer's `bytes`, at most so many; a longer answer is `refused`. */
  mostBytes?: number;
};
export type OutboundResponse = {
  status: number;
  headers: Record<string, string>;
  /** The first 64 KB as text; never inflated. */
  body: string;
  /** With `mostBytes`: all of the answer. */
  bytes?: Buffer;
};

const keptBytes = 64 * 1024;
const defaultTimeoutMs = 15_000;
/** Connections to one server: more than ever call it at once, so that nobody's call waits here for another's answer. */
const mostToOne = 4_096;

/**
 * The one way out by HTTP. A name is resolved once, every address is checked, and the connection goes to a checked
 * address; no redirects (a 3xx is the answer), no credentials in the address, limits on time and size. Throws
 * `OutboundError`.
 */
export class SafeHttpClient {
  private readonly agent: Agent;

  /** `ca`: certificates of a test. */
  constructor({ ca, ...options }: { allow: readonly string[]; resolve?: Resolve; ca?: string }) {
    const destinations = new Destinations(options);
    this.agent = new Agent({
      connect: connector({ destinations, ca }),
      pipelining: 1,
      keepAliveTimeout: 10_000,
      connections: mostToOne,
      maxHeaderSize: 32 * 1024,
    });
  }

  async request(call: OutboundRequest): Promise<OutboundResponse> {
    const url = checkedUrl(call.url);
    const limit = AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    const held = call.beforeSending && new HeldBody(call.body, call.beforeSending);
    try {
      const exchange = request(url, {
        dispatcher: this.agent,
        method: call.method as Dispatcher.HttpMethod,
        // Compressed answers are not asked for: nothing is inflated, so nothing can inflate without end.
        headers: {
          'accept-encoding': 'identity',
          ...(held && { 'content-length': String(held.length) }),
          ...call.headers,
        },
        body: held ? held.stream() : (call.body ?? null),
        signal,
      });
      const response = await unlessAborted(exchange, signal);
      const most = call.mostBytes;
      const kept = await firstBytes(response.body, most === undefined ? keptBytes : most + 1);
      if (most !== undefined && kept.length > most)
        throw new OutboundError('refused', `The answer is larger than ${Math.floor(most / 1_000)} KB.`, true);
      return {
        status: response.statusCode,
        headers: flat(response.headers),
        body: kept.subarray(0, keptBytes).toString('utf8'),
        ...(most !== undefined && { bytes: kept }),
      };
    } catch (error) {
      await held?.giveUp();
      if (held?.withheld) throw held.withheld.reason;
      const failure = outboundErrorOf(error);
      throw held && !held.leaving && failure.handedOver
        ? new OutboundError(failure.kind, failure.message, false, { cause: error })
        : failure;
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/**
 * undici notices that a request was given up only once its connection stands or has failed: a server that says nothing
 * during the TLS handshake would hold it longer than its time. It is never sent afterwards.
 */
async function unlessAborted<Result>(exchange: Promise<Result>, signal: AbortSignal): Promise<Result> {
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(signal.reason as Error);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([exchange, aborted]);
  } catch (error) {
    // Whichever came second.
    exchange.catch(() => undefined);
    throw error;
  } finally {
    signal.removeEventListener('abort', stop!);
  }
}

/**
 * A body that waits: undici writes a request's head together with the first piece of a streamed body, so that nothing
 * leaves before there is one.
 */
class HeldBody {
  /** It may have left. */
  leaving = false;
  withheld: { reason: unknown } | null = null;
  private readonly bytes: Uint8Array;
  private asked: Promise<void> | null = null;
  private givenUp = false;

  constructor(
    body: string | Uint8Array | undefined,
    private readonly beforeSending: () => Promise<void>,
  ) {
    this.bytes = typeof body === 'string' ? Buffer.from(body) : (body ?? new Uint8Array());
  }

  get length(): number {
    return this.bytes.length;
  }

  /** undici takes any iterable, and asks it for its first piece once it is connected; its types do not say so. */
  stream(): Readable {
    return this.pieces() as unknown as Readable;
  }

  private async *pieces(): AsyncGenerator<Uint8Array> {
    try {
      this.asked = this.beforeSending();
      await this.asked;
    } catch (reason) {
      this.withheld = { reason };
      throw reason;
    }
    if (this.givenUp) throw new Error('The request was given up.');
    this.leaving = true;
    yield this.bytes;
  }

  /** Resolves when nothing can leave any more that has not left, and `beforeSending` is over. */
  async giveUp(): Promise<void> {
    this.givenUp = true;
    await this.asked?.catch(() => undefined);
  }
}

/** The address as a URL, or an `OutboundError` that says what is wrong with it. */
function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.hostname === '')
    throw new OutboundError('refused', 'The address is not a complete URL such as https://example.com/hook.', false);
  if (url.protocol !== 'https:' && url.protocol !== 'http:')
    throw new OutboundError('refused', `Only http and https addresses are allowed, not "${url.protocol}".`, false);
  if (url.username !== '' || url.password !== '')
    throw new OutboundError(
      'refused',
      'An address must not contain a user name or password; send an Authorization header instead.',
      false,
    );
  return url;
}

function connector({
  destinations,
  ca,
}: {
  destinations: Destinations;
  ca: string | undefined;
}): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    destinations.addressesOf({ hostname: options.hostname, port, protocol: 'http' }).then(
      (addresses) =>
        buildConnector({
          timeout: 10_000,
          autoSelectFamily: true,
          lookup: pinned(addresses),
          ...(ca !== undefined && { ca }),
        })(options, callback),
      (error: Error) => callback(error, null),
    );
  };
}

async function firstBytes(body: Dispatcher.ResponseData['body'], most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= most) break;
  }
  return Buffer.concat(chunks).subarray(0, most);
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]),
  );
}
