import { Injectable } from '@nestjs/common';
import type { Program } from '@wend/contract';
import type { EnrollmentStart } from '@wend/temporal';
import { LRUCache } from 'lru-cache';
import { Database } from '../platform/database/index.js';

/** How much the programs that are kept may have as JSON, in characters; a journey in use has some thousands. */
const keptLength = 16_000_000;

export type StoredStart = Omit<EnrollmentStart, 'program'>;

type StartOfOptions = {
  workspace_id: string;
  program_hash: string;
  start: StoredStart;
};

/** Programs by content hash: they never change, so those in use stay in memory. */
@Injectable()
export class ProgramRepository {
  private readonly kept = new LRUCache<string, Program>({
    maxSize: keptLength,
    sizeCalculation: (program) => JSON.stringify(program).length,
  });

  constructor(private readonly database: Database) {}

  /** By `keyOf`; those that do not exist are left out. Without scope: every key names its workspace. */
  async all(wanted: { workspace_id: string; program_hash: string }[]): Promise<Map<string, Program>> {
    const found = new Map<string, Program>();
    const missing = new Map<string, { workspace_id: string; program_hash: string }>();
    for (const each of wanted) {
      const program = this.kept.get(keyOf(each));
      if (program) found.set(keyOf(each), program);
      else missing.set(keyOf(each), each);
    }
    for (const row of await this.load([...missing.values()])) {
      found.set(keyOf(row), row.program);
      this.kept.set(keyOf(row), row.program);
    }
    return found;
  }

  /** The whole start of a run whose stored start leaves the program out. Without scope: the key names its workspace. */
  async startOf({ start, ...key }: StartOfOptions): Promise<EnrollmentStart> {
    const program = (await this.all([key])).get(keyOf(key));
    if (!program) throw new Error(`The program ${key.program_hash} is missing.`);
    return { ...start, program };
  }

  private async load(
    missing: { workspace_id: string; program_hash: string }[],
  ): Promise<{ workspace_id: string; program_hash: string; program: Program }[]> {
    if (missing.length === 0) return [];
    return this.database.query(
      `select p.workspace_id, p.hash as program_hash, p.program
        from unnest($1::uuid[], $2::text[]) as n(workspace_id, hash)
        join programs p on p.workspace_id = n.workspace_id and p.hash = n.hash`,
      [missing.map((each) => each.workspace_id), missing.map((each) => each.program_hash)],
    );
  }
}

export function keyOf({ workspace_id, program_hash }: { workspace_id: string; program_hash: string }): string {
  return `${workspace_id}/${program_hash}`;
}
