import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { goBack } from './go-back.node.js';

it('goes back so many times, and then on', () => {
  expect(lowerNode(goBack, { most: 2 }).instructions).toEqual([
    { op: 'goto', target: { port: 'again', pc: 0 }, most: 2, over: { port: 'over', pc: 0 } },
  ]);
});

it.each([0, 101, 1.5])('refuses %d times', (most) => {
  expect(goBack.parse({ most })).toMatchObject({ ok: false, problems: [{ path: 'most' }] });
});
