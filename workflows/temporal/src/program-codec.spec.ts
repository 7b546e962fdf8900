import { defaultPayloadConverter } from '@temporalio/common';
import type { Payload } from '@temporalio/common';
import type { Program } from '@wend/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { largestWithProgram, ProgramCodec } from './program-codec.js';
import type { ProgramKey, ProgramStore } from './program-codec.js';

const workspaceId = 'a-workspace';

/** A store in memory; `stored` is what is there. */
function storeOf(programs: Program[], workspace = workspaceId): ProgramStore & { asked: ProgramKey[] } {
  const hashOf = (program: Program) => `hash of ${JSON.stringify(program)}`.slice(0, 200);
  const rows = new Map(programs.map((program) => [`${workspace} ${hashOf(program)}`, program]));
  const asked: ProgramKey[] = [];
  const find = async (key: ProgramKey) => {
    asked.push(key);
    return rows.get(`${key.workspaceId} ${key.hash}`) ?? null;
  };
  return { hashOf, find, asked };
}
const programOf = (text: string): Program => ({
  format: 3,
  instructions: [{ node: 'end', enter: true, op: 'end', reason: text }],
  facts: [],
  firstReads: [],
  exits: [],
  names: { end: text },
  entryPaths: [],
  eventPaths: {},
});
const startOf = (program: Program) => ({
  identity: { workspaceId, enrollmentId: 'e' },
  program,
  offset: 0,
  first: { type: 'enrolled' },
});
const payloadOf = (value: unknown): Payload => defaultPayloadConverter.toPayload(value);
const valueOf = (payload: Payload): unknown => defaultPayloadConverter.fromPayload(payload);
const encodingOf = ({ metadata }: Payload): string => Buffer.from(metadata!['encoding']!).toString();
const lengthOf = ({ data }: Payload): number => data!.length;
const large = programOf('한글'.repeat(20_000));

describe('what a payload is on its way', () => {
  it('is the same after it, whatever its size; beyond 32 kB in bytes it goes without its program', async () => {
    const empty = lengthOf(payloadOf(startOf(programOf(''))));
    // The text stands in the program twice. A Korean letter is one character and three bytes.
    const around = fc.record({
      letter: fc.constantFrom('a', '한', '"', '🙂'),
      bytes: fc.integer({ min: largestWithProgram - 400, max: largestWithProgram + 400 }),
    });
    const cut = { no: 0, yes: 0 };
    await fc.assert(
      fc.asyncProperty(around, async ({ letter, bytes }) => {
        const each = Buffer.byteLength(JSON.stringify(letter)) - 2;
        const program = programOf(letter.repeat(Math.floor((bytes - empty) / 2 / each)));
        const before = payloadOf(startOf(program));
        const codec = new ProgramCodec(storeOf([program]));
        const [sent] = await codec.encode([before]);
        const without = lengthOf(before) > largestWithProgram;
        cut[without ? 'yes' : 'no'] += 1;
        expect(encodingOf(sent!)).toBe(without ? 'json/wend-program-by-hash' : 'json/plain');
        if (without) expect(lengthOf(sent!)).toBeLessThan(1_000);
        else expect(sent).toBe(before);
        const [received] = await codec.decode([sent!]);
        expect(encodingOf(received!)).toBe('json/plain');
        expect(Buffer.from(received!.data!).toString()).toBe(Buffer.from(before.data!).toString());
      }),
      { numRuns: 200 },
    );
    expect(Math.min(cut.no, cut.yes)).toBeGreaterThan(20);
  });

  it('keeps what is beside the program, also what a run goes on with', async () => {
    const codec = new ProgramCodec(storeOf([large]));
    const start = { ...startOf(large), snapshot: { state: { pc: 4, program: 'a name' }, step: 7, inbox: [] } };
    const [other, sent] = await codec.encode([payloadOf('beside'), payloadOf(start)]);
    expect(valueOf(other!)).toBe('beside');
    expect(lengthOf(sent!)).toBeLessThan(1_000);
    expect((await codec.decode([other!, sent!])).map(valueOf)).toEqual(['beside', start]);
  });

  it('is whole for a signal that brings a program along and names its workspace', async () => {
    const codec = new ProgramCodec(storeOf([large]));
    const signal = { type: 'move', workspaceId, versionId: 'v', program: large, move: { program: 'h' } };
    const [sent] = await codec.encode([payloadOf(signal)]);
    expect(lengthOf(sent!)).toBeLessThan(1_000);
    expect(valueOf((await codec.decode([sent!]))[0]!)).toEqual(signal);
  });
});

describe('what stays as it is', () => {
  it.each<[string, unknown, ProgramStore]>([
    ['a program that is not stored', startOf(large), storeOf([])],
    ['a program that only another workspace has', startOf(large), storeOf([large], 'other')],
    ['a program of no workspace', { program: large }, storeOf([large])],
    ['lists, as local activities take them', [startOf(large)], storeOf([large])],
    ['something else of that name', { workspaceId, program: { text: 'x'.repeat(40_000) } }, storeOf([large])],
    ['an event that has it as a property', { event: { properties: { program: large } } }, storeOf([large])],
  ])('%s', async (_what, value, store) => {
    const payload = payloadOf(value);
    expect(await new ProgramCodec(store).encode([payload])).toEqual([payload]);
    expect(await new ProgramCodec(store).decode([payload])).toEqual([payload]);
  });

  it('bytes', async () => {
    const payload = payloadOf(Buffer.from(JSON.stringify(startOf(large))));
    expect(await new ProgramCodec(storeOf([large])).encode([payload])).toEqual([payload]);
  });
});

it('says which program is missing, and hands on what the store throws', async () => {
  const [sent] = await new ProgramCodec(storeOf([large])).encode([payloadOf(startOf(large))]);
  await expect(new ProgramCodec(storeOf([])).decode([sent!])).rejects.toThrow(
    /^The program hash of .* of workspace a-workspace is missing in the table "programs"/,
  );
  const away: ProgramStore = { hashOf: () => 'h', find: () => Promise.reject(new Error('the database is away')) };
  await expect(new ProgramCodec(away).decode([sent!])).rejects.toThrow('the database is away');
  await expect(new ProgramCodec(away).encode([payloadOf(startOf(large))])).rejects.toThrow('the database is away');
});
