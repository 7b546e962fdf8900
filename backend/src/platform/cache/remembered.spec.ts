import { afterEach, expect, it, vi } from 'vitest';
import { passTime } from '../../../test/pass-time.js';
import { Remembered } from './remembered.js';

afterEach(() => void vi.restoreAllMocks());

it('shares one answer among those who ask while it is loaded and while it is fresh', async () => {
  const remembered = new Remembered<number>();
  let loads = 0;
  const ask = (key = 'a') => remembered.get(key, { freshMs: 1_000, load: () => Promise.resolve((loads += 1)) });
  expect(await Promise.all([ask(), ask(), ask('b')])).toEqual([1, 1, 2]);
  await passTime(900);
  expect(await ask()).toBe(1);
  await passTime(200);
  expect(await ask()).toBe(3);
});

it('keeps neither failures nor what is never fresh', async () => {
  const remembered = new Remembered<number>();
  let loads = 0;
  const fail = () => remembered.get('a', { freshMs: 1_000, load: () => Promise.reject(new Error(`${(loads += 1)}`)) });
  await expect(fail()).rejects.toThrow('1');
  await expect(fail()).rejects.toThrow('2');
  const ask = () => remembered.get('b', { freshMs: () => 0, load: () => Promise.resolve((loads += 1)) });
  expect([await ask(), await ask()]).toEqual([3, 4]);
});

it('keeps a thousand answers, and those that were asked for last', async () => {
  const remembered = new Remembered<number>();
  let loads = 0;
  const ask = (key: number) =>
    remembered.get(String(key), { freshMs: 60_000, load: () => Promise.resolve((loads += 1)) });
  for (let key = 0; key < 1_000; key += 1) await ask(key);
  await ask(0);
  await ask(1_000);
  expect([await ask(0), await ask(1)]).toEqual([1, 1_002]);
});
