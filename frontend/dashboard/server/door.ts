import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import compression from 'compression';
import { limitConnections } from './connections.js';
import type { ConnectionLimits } from './connections.js';
import { Forwarder } from './forward.js';
import type { ForwardLimits } from './forward.js';
import type { Doorway } from './headers.js';
import { answerProblem, badPath } from './problems.js';
import { serveScript } from './scripts.js';
import type { Scripts } from './scripts.js';

type Handler = (request: IncomingMessage, response: ServerResponse) => Promise<void>;
export type DoorLimits = ConnectionLimits & ForwardLimits & { headersMs: number; requestMs: number; idleMs: number };

/** Thousands of slow connections cost memory only; what is short makes room for the next ones. */
const usual: DoorLimits = {
  perAddress: 1_024,
  inAll: 10_000,
  headersMs: 10_000,
  requestMs: 60_000,
  bodyIdleMs: 10_000,
  answerIdleMs: 65_000,
  apiIdleMs: 15_000,
  idleMs: 75_000,
};

/**
 * The public server of the web process: `/api`, `/v1`, `/t`, `/s` and `/hooks` go straight to the api, `scripts` are for
 * pages of others, the rest is for `pages`. See docs/decisions/0020. Ends with `close`, which also ends what it holds open
 * to the api.
 */
export function createDoor({
  apiUrl,
  pages,
  scripts = new Map(),
  limits = {},
  ...doorway
}: Doorway & { apiUrl: URL; pages: Handler; scripts?: Scripts; limits?: Partial<DoorLimits> }): Server {
  const all = { ...usual, ...limits };
  const forwarder = new Forwarder(apiUrl, doorway, all);
  const compress = compression();
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isReadable(request.url)) return answerProblem({ request, response, problem: badPath });
    if (serveScript({ scripts, request, response })) return;
    if (!/^\/(api|v1|t|s|hooks)(\/|\?|$)/.test(request.url)) return pages(request, response);
    if (request.url.startsWith('/api'))
      await new Promise<void>((resolve) => compress(request as never, response as never, () => resolve()));
    return forwarder.forward(request, response);
  };
  const server = createServer(
    {
      headersTimeout: all.headersMs,
      requestTimeout: all.requestMs,
      keepAliveTimeout: all.headersMs,
      connectionsCheckingInterval: Math.min(2_000, all.headersMs),
    },
    (request, response) => {
      handle(request, response).catch((error: unknown) => {
        console.error(error);
        response.destroy();
      });
    },
  );
  // An answer that nobody reads.
  server.setTimeout(all.idleMs);
  limitConnections({ server, trusted: doorway.trusted, limits: all });
  server.on('close', () => forwarder.close());
  return server;
}

function isReadable(url: string | undefined): url is string {
  if (!url?.startsWith('/')) return false;
  try {
    decodeURIComponent(url.split('?', 1)[0]!);
    return true;
  } catch {
    return false;
  }
}
