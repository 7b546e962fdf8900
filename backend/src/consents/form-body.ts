import type { Request } from 'express';
import { UserError } from '../platform/errors/index.js';

const mostBytes = 64 * 1024;

/** The fields of a posted form; none of another kind of body, as mail programs post what they like. */
export async function readForm(request: Request): Promise<URLSearchParams> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > mostBytes) throw new UserError('body-too-large', 'The form is larger than 64 KB.', { status: 413 });
    parts.push(part);
  }
  const isForm = /^application\/x-www-form-urlencoded *(;|$)/i.test(request.headers['content-type'] ?? '');
  return new URLSearchParams(isForm ? Buffer.concat(parts).toString('utf8') : '');
}
