import type { Readable } from 'node:stream';
import { UserError } from '../platform/errors/index.js';

/** A file lies in pieces of this size, but for the last one of each request. */
const pieceBytes = 1024 * 1024;

type ReceiveOptions = {
  body: Readable;
  /** Bytes of the file that are there. */
  offset: number;
  /** Bytes that the file has. */
  size: number;
  /** Keeps a piece; false when others have been kept there meanwhile. */
  keep: (piece: { position: number; bytes: Buffer }) => Promise<boolean>;
};

/**
 * Keeps what arrives, piece by piece: no more than one is in memory, and no more is read than is kept. A body that is
 * cut leaves what came before, the beginning of a piece too. Returns how many bytes of the file are there then.
 */
export async function receiveFile({ body, offset, size, keep }: ReceiveOptions): Promise<number> {
  let position = offset;
  let held: Buffer[] = [];
  let heldBytes = 0;
  const flush = async () => {
    if (heldBytes === 0) return;
    const bytes = Buffer.concat(held);
    [held, heldBytes] = [[], 0];
    if (!(await keep({ position, bytes }))) throw wrongOffset();
    position += bytes.length;
  };
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      if (position + heldBytes + chunk.length > size)
        throw new UserError('file-too-large', `The file is larger than was said: ${size} bytes.`, { status: 413 });
      held.push(chunk);
      heldBytes += chunk.length;
      if (heldBytes >= pieceBytes) await flush();
    }
  } catch (error) {
    // The client went away.
    if (error instanceof UserError || (error as NodeJS.ErrnoException).code !== 'ECONNRESET') throw error;
    await flush();
    throw error;
  }
  await flush();
  return position;
}

export function wrongOffset(): UserError {
  return new UserError(
    'wrong-offset',
    'The bytes don’t follow those that have arrived. Ask for the import, and go on from “received”.',
    { status: 409, errors: [{ path: 'offset', message: 'isn’t where the file goes on' }] },
  );
}
