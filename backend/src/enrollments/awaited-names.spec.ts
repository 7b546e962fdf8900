import { afterEach, expect, it, vi } from 'vitest';
import { passTime } from '../../test/pass-time.js';
import type { AwaitedNameRepository } from './awaited-name.repository.js';
import { AwaitedNames } from './awaited-names.js';

afterEach(() => void vi.restoreAllMocks());

const scope = { workspaceId: 'w' };

/** A repository in which every name is there already; `asked` are the names that were looked for. */
function settledRepository(): { asked: string[]; repository: AwaitedNameRepository } {
  const asked: string[] = [];
  const use = (_: unknown, name: string) => {
    asked.push(name);
    return Promise.resolve(true);
  };
  return { asked, repository: { use } as unknown as AwaitedNameRepository };
}

it('remembers a name for an hour, far shorter than it is kept, and asks once for runs that come at the same time', async () => {
  const { asked, repository } = settledRepository();
  const names = new AwaitedNames(repository);
  await Promise.all([names.ensure(scope, ['Bought', 'Bought']), names.ensure(scope, ['Bought'])]);
  await passTime(3_599_000);
  await names.ensure(scope, ['Bought']);
  expect(asked).toEqual(['Bought']);
  await passTime(2_000);
  await names.ensure(scope, ['Bought']);
  expect(asked).toEqual(['Bought', 'Bought']);
});

it('remembers so many names and no more: those that were needed longest ago are asked for again', async () => {
  const { asked, repository } = settledRepository();
  const names = new AwaitedNames(repository);
  const all = Array.from({ length: 10_001 }, (_, index) => `Reply ${index}`);
  for (const name of all) await names.ensure(scope, [name]);
  asked.length = 0;
  await names.ensure(scope, ['Reply 10000', 'Reply 1', 'Reply 0']);
  expect(asked).toEqual(['Reply 0']);
});
