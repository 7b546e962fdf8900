import type { IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import proxyAddr from 'proxy-addr';

/** Headers that speak about one connection only (RFC 9110, 7.6.1). */
const ofOneConnection = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'expect',
]);
/** What only the web process itself may say. */
const ours = /^x-(wend|middleware|invoke|nextjs)-/;
const forwarded = new Set(['x-forwarded-for', 'x-forwarded-proto']);
/** Says where the body ends: whoever could have it dropped would choose where the next request begins. */
const framing = 'content-length';

export type Doorway = { secret: string | null; trusted: (address: string) => boolean };

/**
 * Headers of a request as the api should see them. Who stands at the other end is said by this process alone: what a
 * stranger wrote into `X-Forwarded-For` is dropped unless a trusted proxy passed it on, and then read as far as it is
 * trusted. The host stays the one that was asked.
 */
export function requestHeaders(request: IncomingMessage, { secret, trusted }: Doorway): OutgoingHttpHeaders {
  const named = new Set(
    (request.headers.connection ?? '')
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== framing),
  );
  const believed = trusted(request.socket.remoteAddress ?? '');
  const result: OutgoingHttpHeaders = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (ofOneConnection.has(name) || named.has(name) || ours.test(name) || (!believed && forwarded.has(name))) continue;
    result[name] = value;
  }
  // The one address, found here: the api knows this process, and no proxies before it.
  result['x-forwarded-for'] = proxyAddr(request, trusted);
  if (secret !== null) result['x-wend-door'] = secret;
  // Compressed here, for whoever asked; bodies on the way to the api stay as they are.
  result['accept-encoding'] = 'identity';
  return result;
}

/**
 * Takes over status and headers of the api's answer: several cookies stay several, and an event stream must not wait in
 * a compressor.
 */
export function takeHead({ answer, response }: { answer: IncomingMessage; response: ServerResponse }): void {
  response.statusCode = answer.statusCode ?? 502;
  const headers = new Map<string, string[]>();
  for (let index = 0; index + 1 < answer.rawHeaders.length; index += 2) {
    const name = answer.rawHeaders[index]!;
    if (!ofOneConnection.has(name.toLowerCase()))
      headers.set(name, [...(headers.get(name) ?? []), answer.rawHeaders[index + 1]!]);
  }
  for (const [name, values] of headers) response.setHeader(name, values.length === 1 ? values[0]! : values);
  const cached = String(response.getHeader('cache-control') ?? '');
  if (isEventStream(answer) && !cached.includes('no-transform'))
    response.setHeader('cache-control', cached ? `${cached}, no-transform` : 'no-transform');
}

function isEventStream(answer: IncomingMessage): boolean {
  return answer.headers['content-type']?.startsWith('text/event-stream') ?? false;
}
