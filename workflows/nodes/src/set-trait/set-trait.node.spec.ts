import { fillTemplate } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { setTrait } from './set-trait.node.js';

it('sets several traits at once, with their types', () => {
  const traits = [
    { name: 'lifecycle', value: 'customer' },
    { name: 'score', value: 7 },
    { name: 'vip', value: true },
    { name: 'trial', value: null },
  ];
  expect(lowerNode(setTrait, { traits }).instructions).toEqual([
    { op: 'set', traits: { lifecycle: 'customer', score: 7, vip: true, trial: null }, target: { port: 'next', pc: 0 } },
  ]);
  expect(fillTemplate(setTrait.manifest.summary, { traits: traits.slice(0, 2) })).toBe(
    'lifecycle = customer, score = 7',
  );
});

it.each([
  ['a name with a dot', [{ name: 'address.city', value: 'Oslo' }], 'traits[0].name'],
  ['a reserved name', [{ name: '__proto__', value: 'x' }], 'traits[0].name'],
  ['a structure', [{ name: 'a', value: { b: 1 } }], 'traits[0].value'],
  [
    'a trait twice',
    [
      { name: 'a', value: 1 },
      { name: 'a', value: 2 },
    ],
    'traits',
  ],
])('refuses %s', (_, traits, path) => {
  expect(setTrait.parse({ traits } as never)).toMatchObject({ ok: false, problems: [{ path }] });
});
