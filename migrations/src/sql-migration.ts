import { readFile } from 'node:fs/promises';
import type { MigrationInterface, QueryRunner } from 'typeorm';

const folder = new URL('../sql/', import.meta.url);

/** A migration of TypeORM that runs one SQL file. */
export type SqlMigration = MigrationInterface & { name: string; file: string };

/**
 * The name by which TypeORM knows the migration of a file, and the timestamp that it reads from the name's last 13
 * digits and sorts by: `0003-entering-and-sweeping.sql` is `EnteringAndSweeping0000000000003`.
 */
export function nameOf(file: string): { name: string; timestamp: number } {
  const [, number, words] = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file) ?? [];
  if (number === undefined || words === undefined) throw new Error(`"${file}" is not named NNNN-name.sql.`);
  const title = words.replace(/(?:^|-)([a-z0-9])/g, (_, letter: string) => letter.toUpperCase());
  return { name: `${title}${number.padStart(13, '0')}`, timestamp: Number(number) };
}

/** The class that TypeORM makes the migration of a file from. */
export function migrationOf(file: string): new () => SqlMigration {
  return class implements SqlMigration {
    readonly name = nameOf(file).name;
    readonly file = file;

    async up(runner: QueryRunner): Promise<void> {
      const sql = await readFile(new URL(file, folder), 'utf8');
      await runner.query(sql).catch((error: unknown) => {
        throw new Error(`Migration ${file} failed: ${(error as Error).message}`, { cause: error });
      });
    }

    down(): Promise<void> {
      return Promise.reject(new Error('Migrations go forward only: write a new one that undoes it.'));
    }
  };
}
