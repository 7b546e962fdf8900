import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { exit } from './exit.node.js';

it('ends the run with its reason', () => {
  expect(lowerNode(exit, { reason: 'Became active' }).instructions).toEqual([{ op: 'end', reason: 'Became active' }]);
  expect(exit.parse({ reason: '' })).toMatchObject({
    ok: false,
    problems: [{ path: 'reason', message: 'Reason is required.' }],
  });
});
