import { checkConfig } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { branch } from './branch.node.js';

const rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' } as const;

it('takes the first branch that holds, else the last way', () => {
  const branches = [
    { id: 'pro', label: 'Pro', rule },
    { id: 'paid', label: 'Paid', rule: { op: 'not', rule } as const },
  ];
  expect(lowerNode(branch, { branches }).instructions).toEqual([
    {
      op: 'branch',
      arms: [
        { rule, target: { port: 'pro', pc: 0 } },
        { rule: { op: 'not', rule }, target: { port: 'paid', pc: 0 } },
      ],
      otherwise: { port: 'else', pc: 0 },
    },
  ]);
});

it.each([
  ['an empty group', { op: 'any', rules: [] }, 'branches[0].rule', 'Add a condition.'],
  ['no value', { ...rule, value: undefined }, 'branches[0].rule.value', 'Enter a value to compare with.'],
  [
    'a list with “is”',
    { ...rule, value: ['a'] },
    'branches[0].rule.value',
    'A list of values only works with “is any of”, “is none of” or “contains any of”.',
  ],
  [
    'one value with “is one of”',
    { ...rule, is: 'oneOf' },
    'branches[0].rule.value',
    '“Is one of” needs a list of values.',
  ],
])('refuses %s', (_, wrong, path, message) => {
  expect(branch.parse({ branches: [{ id: 'a', label: 'A', rule: wrong }] } as never)).toEqual({
    ok: false,
    problems: [{ path, message }],
  });
});

it.each([
  ['trait', { source: 'trait', path: '' }, 'path'],
  ['event', { source: 'eventCount', event: '' }, 'event'],
])('says which condition is not finished while its %s is empty, and where', (_, left, field) => {
  const config = {
    branches: [
      { id: 'a', label: 'Yes', rule: { op: 'all', rules: [{ op: 'compare', left, is: 'atLeast', value: 1 }] } },
    ],
  };
  const answer = {
    ok: false,
    problems: [{ path: `branches[0].rule.rules[0].left.${field}`, message: 'The condition of “Yes” isn’t complete.' }],
  };
  expect(branch.parse(config as never)).toEqual(answer);
  expect(checkConfig({ manifest: branch.manifest, config: config as never })).toEqual(answer);
});

it('refuses properties: no event is under test here', () => {
  expect(
    branch.parse({ branches: [{ id: 'a', label: 'A', rule: { ...rule, left: { source: 'property', path: 'x' } } }] }),
  ).toMatchObject({ ok: false, problems: [{ path: 'branches[0].rule.left' }] });
});

it('checks the filter of an event count as a filter', () => {
  const counted = {
    op: 'compare',
    left: { source: 'eventCount', event: 'Paid', where: { ...rule } },
    is: 'atLeast',
    value: 1,
  } as const;
  expect(branch.parse({ branches: [{ id: 'a', label: 'A', rule: counted }] })).toMatchObject({
    ok: false,
    problems: [{ path: 'branches[0].rule.left.where.left' }],
  });
});
