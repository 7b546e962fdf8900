import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { UserError } from '../platform/errors/index.js';
import { parseExactly } from '../platform/text/index.js';

const inflate = promisify(gunzip);
/** Somewhat above the published 500 KB: clients close a batch at about that size and differ in how they count. */
const maximumBytes = 512 * 1024;

const excerptCharacters = 8_000;

/** What was sent is no JSON; `excerpt` is its beginning. */
export class MalformedBody extends UserError {
  constructor(readonly excerpt: string) {
    super('malformed-json', 'The body isn’t valid JSON. Check quotes, commas, and brackets.');
  }
}

function tooLarge(): UserError {
  return new UserError(
    'body-too-large',
    `The request is larger than ${maximumBytes / 1024} KB. Send smaller batches.`,
    { status: 413 },
  );
}

/**
 * Of a body that is too large so much is read and dropped before the refusal is said: an answer amid the sending is
 * lost on many clients.
 */
const droppedBytes = 16 * maximumBytes;

/**
 * Reads by hand: iterating over the request would cut the connection on the first refusal, before the answer is out.
 */
function readBytes(request: IncomingMessage): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let length = 0;
    if (Number(request.headers['content-length'] ?? 0) > droppedBytes) reject(tooLarge());
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length <= maximumBytes) chunks.push(chunk);
      else chunks.length = 0;
      if (length > droppedBytes) reject(tooLarge());
    });
    request.on('end', () => (length > maximumBytes ? reject(tooLarge()) : resolve(Buffer.concat(chunks))));
    request.on('error', reject);
    request.on('close', () => {
      if (!request.complete) reject(new UserError('aborted', 'The request ended before its body was complete.'));
    });
  });
}

async function inflated(bytes: Buffer): Promise<Buffer> {
  if (bytes[0] !== 0x1f || bytes[1] !== 0x8b) return bytes;
  try {
    return await inflate(bytes, { maxOutputLength: maximumBytes });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge();
    throw new UserError('malformed-gzip', 'The body starts like gzip but can’t be unpacked.');
  }
}

/**
 * Reads the JSON of an ingestion request by looking at its bytes: gzip is recognised with and without the header, and
 * no content type is believed (browsers send text/plain, some SDKs call gzipped JSON a form). Throws `UserError`s: 413
 * when it is larger than `maximumBytes`, also once inflated; 400 when it is not JSON.
 */
export async function readJsonBody(request: IncomingMessage): Promise<unknown> {
  const bytes = await inflated(await readBytes(request));
  const text = bytes.toString('utf8').replace(/^\uFEFF/, '');
  if (text.trim() === '') throw new UserError('empty-body', 'The request has no body. Send the event as JSON.');
  try {
    return parseExactly(text);
  } catch {
    throw new MalformedBody(text.slice(0, excerptCharacters));
  }
}
