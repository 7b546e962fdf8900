import { Agent, buildConnector, request } from 'undici';
import type { Dispatcher } from 'undici';
import { Destinations } from './destination.js';
import type { Address, Resolve } from './destination.js';
import { OutboundError, outboundErrorOf } from './outbound-error.js';

export type OutboundRequest = {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string;
  signal?: AbortSignal;
  /** For the whole exchange; 15 s when absent. */
  timeoutMs?: number;
};
export type OutboundResponse = {
  status: number;
  headers: Record<string, string>;
  /** The first 64 KB as text; never inflated. */
  body: string;
};

const keptBytes = 64 * 1024;
const defaultTimeoutMs = 15_000;

/**
 * The one way out by HTTP. A name is resolved once, every address is checked, and the connection goes to a checked address; no
 * redirects (a 3xx is the answer), no credentials in the address, limits on time and size. Throws `OutboundError`.
 */
export class SafeHttpClient {
  private readonly agent: Agent;

  constructor(options: { allow: readonly string[]; resolve?: Resolve }) {
    const destinations = new Destinations(options);
    this.agent = new Agent({ connect: connector(destinations), pipelining: 1, keepAliveTimeout: 10_000, connections: 64, maxHeaderSize: 32 * 1024 });
  }

  async request(call: OutboundRequest): Promise<OutboundResponse> {
    const url = checkedUrl(call.url);
    const limit = AbortSignal.timeout(call.timeoutMs ?? defaultTimeoutMs);
    const signal = call.signal ? AbortSignal.any([call.signal, limit]) : limit;
    try {
      const response = await request(url, {
        dispatcher: this.agent,
        method: call.method as Dispatcher.HttpMethod,
        // Compressed answers are not asked for: nothing is inflated, so nothing can inflate without end.
        headers: { 'accept-encoding': 'identity', ...call.headers },
        body: call.body ?? null,
        signal,
      });
      return { status: response.statusCode, headers: flat(response.headers), body: await firstBytes(response.body) };
    } catch (error) {
      throw outboundErrorOf(error);
    }
  }

  async close(): Promise<void> {
    await this.agent.destroy();
  }
}

/** The address as a URL, or an `OutboundError` that says what is wrong with it. */
function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || url.hostname === '') throw new OutboundError('refused', 'The address is not a complete URL such as https://example.com/hook.', false);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') throw new OutboundError('refused', `Only http and https addresses are allowed, not "${url.protocol}".`, false);
  if (url.username !== '' || url.password !== '') throw new OutboundError('refused', 'An address must not contain a user name or password; send an Authorization header instead.', false);
  return url;
}

function connector(destinations: Destinations): buildConnector.connector {
  return (options, callback) => {
    const port = Number(options.port) || (options.protocol === 'https:' ? 443 : 80);
    destinations.addressesOf({ hostname: options.hostname, port, protocol: 'http' }).then(
      (addresses) => buildConnector({ timeout: 10_000, autoSelectFamily: true, lookup: pinned(addresses) })(options, callback),
      (error: Error) => callback(error, null),
    );
  };
}

type LookupCallback = (error: Error | null, address: string | Address[], family?: number) => void;

/** A lookup that only knows the checked addresses. */
function pinned(addresses: Address[]) {
  return (_hostname: string, options: { all?: boolean | undefined }, callback: LookupCallback): void => {
    if (options.all) callback(null, addresses);
    else callback(null, addresses[0]!.address, addresses[0]!.family);
  };
}

async function firstBytes(body: Dispatcher.ResponseData['body']): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    size += chunk.length;
    if (size >= keptBytes) break;
  }
  return Buffer.concat(chunks).subarray(0, keptBytes).toString('utf8');
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, Array.isArray(value) ? value.join(', ') : (value ?? '')]));
}
