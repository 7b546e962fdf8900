import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Program } from '@wend/contract';
import type { ProgramStore } from '@wend/temporal';
import { LRUCache } from 'lru-cache';
import { programHash } from '../journeys/index.js';
import { keyOf, ProgramRepository } from './program.repository.js';

const keptHashes = 1_000;

/** Programs for Temporal's clients and workers, which send large ones by their hash. */
@Injectable()
export class StoredPrograms implements ProgramStore {
  /** Programs come as new objects each time; sorting the keys of a large one costs more than a digest of its JSON. */
  private readonly hashes = new LRUCache<string, string>({ max: keptHashes });

  constructor(private readonly programs: ProgramRepository) {}

  hashOf = (program: Program): string => {
    const digest = createHash('sha256').update(JSON.stringify(program)).digest('base64');
    const known = this.hashes.get(digest);
    if (known !== undefined) return known;
    const hash = programHash(program);
    this.hashes.set(digest, hash);
    return hash;
  };

  find = async ({ workspaceId, hash }: { workspaceId: string; hash: string }): Promise<Program | null> => {
    const key = { workspace_id: workspaceId, program_hash: hash };
    return (await this.programs.all([key])).get(keyOf(key)) ?? null;
  };
}
