import { expect, it } from 'vitest';
import { PasswordWork } from './password-work.js';

it('does two at once, lets 64 strangers wait, refuses more, and takes who is known first', async () => {
  const work = new PasswordWork();
  const order: string[] = [];
  let running = 0;
  let most = 0;
  const releases: (() => void)[] = [];
  const run = (name: string, known: boolean) =>
    work.run(
      async () => {
        running += 1;
        most = Math.max(most, running);
        order.push(name);
        await new Promise<void>((resolve) => releases.push(resolve));
        running -= 1;
      },
      { known },
    );
  const all = [
    run('a', false),
    run('b', false),
    ...Array.from({ length: 64 }, (_, index) => run(`stranger ${index}`, false)),
  ];
  await expect(run('one too many', false)).rejects.toMatchObject({ code: 'sign-in-busy', status: 503 });
  all.push(run('known', true));
  while (releases.length > 0) {
    releases.shift()!();
    await new Promise(setImmediate);
  }
  await Promise.all(all);
  expect([most, order.length, order.slice(0, 4)]).toEqual([2, 67, ['a', 'b', 'known', 'stranger 0']]);
});

it('gives its place back when the work fails', async () => {
  const work = new PasswordWork();
  for (let count = 0; count < 5; count += 1)
    await expect(work.run(() => Promise.reject(new Error('no')), { known: false })).rejects.toThrow('no');
  expect(await work.run(async () => 'done', { known: false })).toBe('done');
});
