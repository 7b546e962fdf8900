import type { Program } from '@wend/contract';
import { expect, it } from 'vitest';
import { simulate } from './simulate.js';

const program: Program = {
  format: 3,
  instructions: [
    {
      node: 'first',
      enter: true,
      op: 'reach',
      ways: [
        { channel: 'push', about: { topic: 'offers' }, target: { port: 'push', pc: -1 } },
        { channel: 'sms', about: { topic: 'offers' }, target: { port: 'sms', pc: -1 } },
      ],
      otherwise: { port: 'none', pc: -1 },
    },
  ],
  facts: [
    { kind: 'reachable', channel: 'push', topic: 'offers' },
    { kind: 'reachable', channel: 'sms', topic: 'offers' },
  ],
  firstReads: [0, 1],
  exits: [],
  names: {},
  entryPaths: [],
  eventPaths: {},
};

it.each([
  [['push', 'sms'], 'push', 1],
  [['sms'], 'sms', 2],
  [[], 'none', 2],
])('people who %j reaches go by %s', (reached: string[], port, asked) => {
  const { commands, steps } = simulate({
    program,
    at: 0,
    seed: 'seed',
    entry: { name: 'In', properties: {} },
    answer: (fact) => fact.kind === 'reachable' && fact.topic === 'offers' && reached.includes(fact.channel),
  });
  const left = commands.find((command) => command.type === 'leave');
  expect(left).toMatchObject({ port, trace: { kind: 'branch', port } });
  expect(left?.type === 'leave' && left.trace?.kind === 'branch' && left.trace.arms).toHaveLength(asked);
  expect(steps).toHaveLength(1);
});
