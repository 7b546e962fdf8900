import { afterEach, expect, it, vi } from 'vitest';
import type { Database } from '../platform/database/index.js';
import { AwaitedNames } from './awaited-names.js';

afterEach(() => void vi.useRealTimers());

const scope = { workspaceId: 'w' };

/** A database in which every name is there already; `asked` are the names that were looked for. */
function settledDatabase(): { asked: string[]; database: Database } {
  const asked: string[] = [];
  const query = (_: string, [, name]: [string, string]) => {
    asked.push(name);
    return Promise.resolve([{}]);
  };
  return { asked, database: { query } as unknown as Database };
}

it('remembers a name for an hour, far shorter than it is kept, and asks once for runs that come at the same time', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const { asked, database } = settledDatabase();
  const names = new AwaitedNames(database);
  await Promise.all([names.ensure(scope, ['Bought', 'Bought']), names.ensure(scope, ['Bought'])]);
  vi.advanceTimersByTime(3_599_000);
  await names.ensure(scope, ['Bought']);
  expect(asked).toEqual(['Bought']);
  vi.advanceTimersByTime(2_000);
  await names.ensure(scope, ['Bought']);
  expect(asked).toEqual(['Bought', 'Bought']);
});

it('remembers so many names and no more: those that were needed longest ago are asked for again', async () => {
  const { asked, database } = settledDatabase();
  const names = new AwaitedNames(database);
  const all = Array.from({ length: 10_001 }, (_, index) => `Reply ${index}`);
  for (const name of all) await names.ensure(scope, [name]);
  asked.length = 0;
  await names.ensure(scope, ['Reply 10000', 'Reply 1', 'Reply 0']);
  expect(asked).toEqual(['Reply 0']);
});
