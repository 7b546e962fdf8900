import { expect, it } from 'vitest';
import { inTurn } from './turn.js';

/** The locks of a browser: one at a time; who waits may give up. */
function lockManager() {
  let last: Promise<unknown> = Promise.resolve();
  return {
    request: (_name: string, { signal }: LockOptions, work: () => Promise<unknown>) => {
      const before = last;
      const given = new Promise<void>((resolve, reject) => {
        void before.then(() => resolve());
        signal!.addEventListener('abort', () => reject(signal!.reason as Error));
      });
      const run = given.then(work);
      last = Promise.all([before, run.catch(() => undefined)]);
      return run;
    },
  } as unknown as LockManager;
}
const never = () => new Promise<never>(() => undefined);

it('waits for its turn, and gives up on a tab that holds it and does not go on', async () => {
  const locks = lockManager();
  const turn = <T>(work: () => Promise<T>, milliseconds: number) => inTurn(work, { name: 'send', locks, milliseconds });
  const said: string[] = [];
  const first = turn(async () => {
    await new Promise((resolve) => setTimeout(resolve, 30));
    said.push('first');
  }, 1_000);
  await turn(async () => void said.push('second'), 1_000);
  await first;
  expect(said).toEqual(['first', 'second']);

  void turn(never, 1_000);
  expect(await turn(async () => 'sent', 50)).toBe('sent');
});

it('does once what fails in its turn, and at once what has no locks to wait for', async () => {
  let times = 0;
  const failing = async () => {
    times += 1;
    throw new DOMException('late', 'TimeoutError');
  };
  await expect(inTurn(failing, { name: 'send', locks: lockManager() })).rejects.toThrow('late');
  expect(times).toBe(1);
  expect(await inTurn(async () => 1, { name: 'send', locks: undefined })).toBe(1);
});
