import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { audienceSplit } from './audience-split.node.js';

const audience = (id: string, segment: string) => ({ id, label: id.toUpperCase(), segment });

it('leads by the first segment that the person is in', () => {
  const isIn = (segment: string) => ({
    op: 'compare',
    left: { source: 'segment', segment },
    is: 'equals',
    value: true,
  });
  expect(lowerNode(audienceSplit, { audiences: [audience('a', 'one'), audience('b', 'two')] }).instructions).toEqual([
    {
      op: 'branch',
      arms: [
        { rule: isIn('one'), target: { port: 'a', pc: 0 } },
        { rule: isIn('two'), target: { port: 'b', pc: 0 } },
      ],
      otherwise: { port: 'else', pc: 0 },
    },
  ]);
});

it('needs a segment for each audience, and a path of its own', () => {
  expect(audienceSplit.parse({ audiences: [audience('a', '')] })).toMatchObject({
    ok: false,
    problems: [{ path: 'audiences[0].segment', message: 'Segment is required.' }],
  });
  expect(audienceSplit.parse({ audiences: [audience('else', 'one')] })).toMatchObject({
    ok: false,
    problems: [{ path: 'audiences' }],
  });
});
