import { expect, it } from 'vitest';
import type { Database } from '../platform/database/index.js';
import { ProgramRepository } from './program.repository.js';

/** A database in which every program is there, `length` characters long; `asked` are the hashes that were looked for. */
function programs(length: number): { asked: string[]; repository: ProgramRepository } {
  const asked: string[] = [];
  const query = (_: string, [workspaces, hashes]: [string[], string[]]) => {
    asked.push(...hashes);
    return Promise.resolve(
      hashes.map((hash, index) => ({
        workspace_id: workspaces[index],
        program_hash: hash,
        program: { text: 'x'.repeat(length) },
      })),
    );
  };
  return { asked, repository: new ProgramRepository({ query } as unknown as Database) };
}
const key = (hash: number, workspace_id = 'w') => ({ workspace_id, program_hash: String(hash) });

it('loads what it does not have, each once, and keeps workspaces apart', async () => {
  const { asked, repository } = programs(10);
  expect((await repository.all([key(1), key(2), key(1)])).size).toBe(2);
  await repository.all([key(1), key(2), key(3)]);
  expect(asked).toEqual(['1', '2', '3']);
  await repository.all([key(1, 'other')]);
  expect(asked).toEqual(['1', '2', '3', '1']);
});

it('keeps as much as there is room for, and what was needed last', async () => {
  const { asked, repository } = programs(5_000_000);
  for (const hash of [1, 2, 3]) await repository.all([key(hash)]);
  await repository.all([key(1)]);
  await repository.all([key(4)]);
  await repository.all([key(1), key(3), key(4)]);
  expect(asked).toEqual(['1', '2', '3', '4']);
  await repository.all([key(2)]);
  expect(asked).toEqual(['1', '2', '3', '4', '2']);
});
