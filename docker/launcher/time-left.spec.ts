import { expect, it } from 'vitest';
import { timeLeft } from './time-left.mjs';

const parts = {
  install: { seconds: 40, after: [] },
  server: { seconds: 300, after: [] },
  compile: { seconds: 20, after: ['install'] },
  start: { seconds: 10, after: ['compile', 'server'] },
};

it('follows the longest way, forgets what was there already, and learns how fast the machine is', async () => {
  let now = 0;
  const left = timeLeft(parts, () => now);
  const later = (seconds: number) => () => {
    now += seconds * 1000;
    return Promise.resolve('done');
  };
  expect(left.seconds()).toBe(310);
  expect(await left.part('server', later(0))).toBe('done');
  expect(left.seconds()).toBe(70);
  const compiled = left.part('install', () => {
    now += 30_000;
    expect(left.seconds()).toBe(40);
    return later(50)();
  });
  await compiled;
  // Twice as slow as elsewhere.
  expect(left.seconds()).toBe(60);
  await left.part('compile', later(400));
  expect(left.seconds()).toBeGreaterThan(10);
  await left.part('start', later(1));
  expect(left.seconds()).toBe(0);
});
