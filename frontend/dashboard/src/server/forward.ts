import { Agent as HttpAgent, request as httpRequest } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { IncomingMessage, OutgoingHttpHeaders } from 'node:http';
import { Readable } from 'node:stream';
import type { ReadableStream as NodeReadableStream } from 'node:stream/web';
import { serverConfig } from '../config';
import { requestHeaders, responseHeaders } from './forward-headers';

const http = new HttpAgent({ keepAlive: true, maxSockets: 512 });
const https = new HttpsAgent({ keepAlive: true, maxSockets: 512 });

/**
 * Hands a request to the api and its answer back, as they are: request bodies stay compressed, event streams pass as
 * they are written, cookies pass both ways. A rewrite of Next would be fixed at build time, or keep bodies in memory.
 */
export async function forward(request: Request): Promise<Response> {
  const { apiUrl } = serverConfig();
  const from = new URL(request.url);
  const target = new URL(`${apiUrl.pathname.replace(/\/$/, '')}${from.pathname}${from.search}`, apiUrl);
  try {
    return toResponse({ answer: await send({ request, target, headers: requestHeaders(request.headers) }), method: request.method });
  } catch (error) {
    if (request.signal.aborted) return new Response(null, { status: 499 });
    console.error(`The api at ${apiUrl.origin} does not answer: ${error instanceof Error ? error.message : String(error)}`);
    return Response.json(
      { title: 'Not reachable', status: 503, code: 'api-unreachable', detail: 'The API does not answer. Check that it runs, then try again.' },
      // Clients that send events keep them and come again.
      { status: 503, headers: { 'content-type': 'application/problem+json', 'retry-after': '2' } },
    );
  }
}

function send({ request, target, headers }: { request: Request; target: URL; headers: OutgoingHttpHeaders }): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const secure = target.protocol === 'https:';
    const outgoing = (secure ? httpsRequest : httpRequest)(target, { method: request.method, headers, agent: secure ? https : http, signal: request.signal });
    outgoing.once('response', resolve);
    outgoing.once('error', (error: NodeJS.ErrnoException) => {
      // The api closed a kept connection just as it was taken; nothing of the request was read.
      if (outgoing.reusedSocket && error.code === 'ECONNRESET' && !request.body) resolve(send({ request, target, headers }));
      else reject(error);
    });
    if (!request.body) return void outgoing.end();
    Readable.fromWeb(request.body as NodeReadableStream).once('error', (error) => outgoing.destroy(error)).pipe(outgoing);
  });
}

function toResponse({ answer, method }: { answer: IncomingMessage; method: string }): Response {
  const status = answer.statusCode ?? 502;
  const headers = responseHeaders(answer.rawHeaders);
  const empty = method === 'HEAD' || status === 204 || status === 304;
  if (empty) answer.resume();
  return new Response(empty ? null : (Readable.toWeb(answer) as ReadableStream<Uint8Array>), { status, headers });
}
