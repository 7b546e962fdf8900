import { expect, it } from 'vitest';
import { Gathered } from './gathered.js';

type Item = { key: string; fails?: boolean; line?: string };

function gathered({ most = 100 }: { most?: number } = {}) {
  const calls: string[][] = [];
  const open: (() => void)[] = [];
  const all = new Gathered<Item, string>({
    work: async (scope, items) => {
      calls.push(items.map(({ key }) => key));
      await new Promise<void>((resolve) => open.push(resolve));
      if (items.some(({ fails }) => fails)) throw new Error('refused');
      return items.map(({ key }) => `${scope.workspaceId}:${key}`);
    },
    keyOf: ({ key }) => key,
    lineOf: ({ line = '' }) => line,
    most,
  });
  const release = async () => {
    for (let turn = 0; turn < 20; turn += 1) {
      for (const resolve of open.splice(0)) resolve();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { all, calls, release };
}
const workspace = { workspaceId: 'w' };

it('makes one call of what comes at once, and of what comes while it runs, and gives each its own result', async () => {
  const { all, calls, release } = gathered();
  const first = ['a', 'b'].map((key) => all.add(workspace, { key }));
  await new Promise((resolve) => setImmediate(resolve));
  const later = ['c', 'd'].map((key) => all.add(workspace, { key }));
  const other = all.add({ workspaceId: 'v' }, { key: 'a' });
  await release();
  expect(await Promise.all([...first, ...later, other])).toEqual(['w:a', 'w:b', 'w:c', 'w:d', 'v:a']);
  expect(calls).toHaveLength(3);
  expect(calls).toEqual(expect.arrayContaining([['a', 'b'], ['c', 'd'], ['a']]));
});

it('never puts two of one key into a call, nor more than may be, and lets nobody wait for another key', async () => {
  const { all, calls, release } = gathered({ most: 2 });
  const results = ['a', 'a', 'a', 'b', 'c'].map((key) => all.add(workspace, { key }));
  await release();
  await Promise.all(results);
  expect(calls).toEqual([['a', 'b'], ['a', 'c'], ['a']]);
});

it('fails only what is at fault', async () => {
  const { all, calls, release } = gathered();
  const results = [{ key: 'a' }, { key: 'b', fails: true }, { key: 'c' }].map((item) => all.add(workspace, item));
  const settled = Promise.allSettled(results);
  await release();
  expect((await settled).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
  expect(calls).toEqual([['a', 'b', 'c'], ['a'], ['b'], ['c']]);
});

it('lets nobody wait for what another line is at', async () => {
  const { all, calls, release } = gathered();
  const slow = all.add(workspace, { key: 'a' });
  await new Promise((resolve) => setImmediate(resolve));
  const urgent = all.add(workspace, { key: 'b', line: 'urgent' });
  const behind = all.add(workspace, { key: 'c' });
  await new Promise((resolve) => setImmediate(resolve));
  expect(calls).toEqual([['a'], ['b']]);
  await release();
  expect(await Promise.all([slow, urgent, behind])).toEqual(['w:a', 'w:b', 'w:c']);
});
