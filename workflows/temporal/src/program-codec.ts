import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common';
import type { Program } from '@wend/contract';

/** Whose program it is, and its content hash. */
export type ProgramKey = { workspaceId: string; hash: string };

/** Programs as they are stored, by content hash. Throws when they cannot be asked for. */
export type ProgramStore = {
  hashOf: (program: Program) => string;
  /** Null when there is none. */
  find: (key: ProgramKey) => Promise<Program | null>;
};

/** Payloads larger than this travel without their program, in bytes. */
export const largestWithProgram = 32 * 1024;

/**
 * How a payload says that its program is elsewhere. Not `json/plain`: a worker that knows nothing of it must not take
 * the payload for a whole one.
 */
const encodingWithout = 'json/wend-program-by-hash';
const plainEncoding = 'json/plain';
const programField = Buffer.from('"program":{');

/**
 * Leaves the program out of what would grow large by it (starts, what a run goes on with, signals that bring one along)
 * and puts it in again before anybody reads it. A program is left out only when it is stored; then it can be found
 * again for as long as the run lives. Errors of the store are thrown: Temporal tries the workflow task again.
 */
export class ProgramCodec implements PayloadCodec {
  constructor(private readonly programs: ProgramStore) {}

  encode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.without(payload)));
  }

  decode(payloads: Payload[]): Promise<Payload[]> {
    return Promise.all(payloads.map((payload) => this.whole(payload)));
  }

  private async without(payload: Payload): Promise<Payload> {
    const { data, metadata } = payload;
    if (!data || data.length <= largestWithProgram || encodingOf(payload) !== plainEncoding) return payload;
    if (!bufferOf(data).includes(programField)) return payload;
    const value = parsed(data) as Carrying;
    const workspaceId = workspaceOf(value);
    if (!isProgram(value.program) || workspaceId === null) return payload;
    const key = { workspaceId, hash: this.programs.hashOf(value.program) };
    if (!(await this.programs.find(key))) return payload;
    return {
      metadata: { ...metadata, encoding: Buffer.from(encodingWithout) },
      data: written({ ...value, program: key }),
    };
  }

  private async whole(payload: Payload): Promise<Payload> {
    if (encodingOf(payload) !== encodingWithout) return payload;
    const value = parsed(payload.data!) as { program: ProgramKey };
    const program = await this.programs.find(value.program);
    if (!program) {
      const { hash, workspaceId } = value.program;
      throw new Error(
        `The program ${hash} of workspace ${workspaceId} is missing in the table "programs": this run cannot go on ` +
          'until the row is there again. Restore it from a backup, or terminate the run.',
      );
    }
    return {
      metadata: { ...payload.metadata, encoding: Buffer.from(plainEncoding) },
      data: written({ ...value, program }),
    };
  }
}

/** For a client or a worker; both need the same. */
export function dataConverterOf(programs: ProgramStore): DataConverter {
  return { payloadCodecs: [new ProgramCodec(programs)] };
}

/** A start names its workspace in its identity, a signal itself. */
type Carrying = { program?: unknown; workspaceId?: unknown; identity?: { workspaceId?: unknown } };

function workspaceOf({ identity, workspaceId }: Carrying): string | null {
  const named = identity?.workspaceId ?? workspaceId;
  return typeof named === 'string' ? named : null;
}

function isProgram(value: unknown): value is Program {
  return typeof value === 'object' && value !== null && Array.isArray((value as Partial<Program>).instructions);
}

function encodingOf({ metadata }: Payload): string | null {
  const encoding = metadata?.['encoding'];
  return encoding ? bufferOf(encoding).toString() : null;
}

function parsed(data: Uint8Array): unknown {
  return JSON.parse(bufferOf(data).toString());
}

function written(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
}

/** The same bytes, without a copy. */
function bufferOf(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
