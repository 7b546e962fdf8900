import type { OutgoingHttpHeaders } from 'node:http';

/** Headers that speak about one connection only (RFC 9110, 7.6.1). */
const ofOneConnection = new Set(['connection', 'keep-alive', 'proxy-authenticate', 'proxy-authorization', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade', 'expect']);

/**
 * Headers of a request as the api should see them; the host stays the one that the caller asked for. The api answers plain:
 * Next drops `content-encoding` from an answer and compresses by itself.
 */
export function requestHeaders(headers: Headers): OutgoingHttpHeaders {
  const result: OutgoingHttpHeaders = {};
  for (const [name, value] of headers) {
    if (!ofOneConnection.has(name) && !name.startsWith('x-middleware-') && !name.startsWith('x-invoke-')) result[name] = value;
  }
  result['accept-encoding'] = 'identity';
  return result;
}

/** Headers of an answer, from `rawHeaders`: several cookies stay several. An event stream must not wait in a compressor. */
export function responseHeaders(raw: string[]): Headers {
  const headers = new Headers();
  for (let index = 0; index + 1 < raw.length; index += 2) {
    const name = raw[index] as string;
    if (!ofOneConnection.has(name.toLowerCase())) headers.append(name, raw[index + 1] as string);
  }
  if (headers.get('content-type')?.startsWith('text/event-stream') && !headers.get('cache-control')?.includes('no-transform')) headers.append('cache-control', 'no-transform');
  return headers;
}
