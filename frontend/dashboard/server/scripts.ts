import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';

type Script = { plain: Buffer; packed: Buffer; etag: string; cache: string };
/** By path. */
export type Scripts = ReadonlyMap<string, Script>;

/**
 * How long browsers keep them: a page's script for minutes, so that a new version reaches every shop soon; what a
 * service worker imports is asked for each time the browser looks for a new worker, at most once a day.
 */
const served = { 'wend.js': 'public, max-age=300, stale-while-revalidate=86400', 'wend-sw.js': 'public, no-cache' };

/** Reads what @wend/web is built to. Throws when it is not built. */
export async function readScripts(): Promise<Scripts> {
  const { resolve } = createRequire(import.meta.url);
  const entries = Object.entries(served).map(async ([name, cache]): Promise<[string, Script]> => {
    const plain = await readFile(resolve(`@wend/web/${name}`)).catch((error: unknown) => {
      throw new Error(`${name} is not built: run "node frontend/web-sdk/bin/build.mjs".`, { cause: error });
    });
    const etag = `W/"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`;
    return [`/${name}`, { plain, packed: await promisify(gzip)(plain, { level: 9 }), etag, cache }];
  });
  return new Map(await Promise.all(entries));
}

type ServeOptions = { scripts: Scripts; request: IncomingMessage; response: ServerResponse };

/** Answers with a script for pages of any origin; false when the path is not that of one. */
export function serveScript({ scripts, request, response }: ServeOptions): boolean {
  const script = scripts.get(request.url?.split('?', 1)[0] ?? '');
  if (!script) return false;
  const headers = {
    'access-control-allow-origin': '*',
    'cache-control': script.cache,
    'cross-origin-resource-policy': 'cross-origin',
    etag: script.etag,
    vary: 'accept-encoding',
    'x-content-type-options': 'nosniff',
  };
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    response.writeHead(405, { ...headers, allow: 'GET, HEAD', 'content-type': 'text/plain; charset=utf-8' });
    response.end('Fetch this script with GET.\n');
    return true;
  }
  if (request.headers['if-none-match']?.split(/ *, */).includes(script.etag)) {
    response.writeHead(304, headers).end();
    return true;
  }
  const packs = /\bgzip\b/.test(request.headers['accept-encoding'] ?? '');
  const body = packs ? script.packed : script.plain;
  response.writeHead(200, {
    ...headers,
    ...(packs ? { 'content-encoding': 'gzip' } : {}),
    'content-length': body.length,
    'content-type': 'text/javascript; charset=utf-8',
  });
  response.end(request.method === 'HEAD' ? undefined : body);
  return true;
}
