import { fillTemplate } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { changeTraits } from './change-traits.node.js';

const to = (port: string) => ({ port, pc: 0 });
const lowered = (traits: JsonObject[]) => lowerNode(changeTraits, { traits });

it('changes what is known beforehand without asking anything', () => {
  expect(
    lowered([
      { name: 'plan', do: 'set', value: 'pro' },
      { name: 'since', do: 'set', value: '2026-02-28', type: 'date' },
      { name: 'trial', do: 'unset', value: 'what was here before' },
      { name: 'points', do: 'add', value: '-2.5', type: 'text' },
      { name: 'tags', do: 'append', value: '["a", "b"]', type: 'list' },
    ]),
  ).toEqual({
    instructions: [
      {
        op: 'change',
        settings: {
          fixed: {
            changes: [
              { name: 'plan', do: 'set', value: 'pro' },
              { name: 'since', do: 'set', value: '2026-02-28' },
              { name: 'trial', do: 'unset' },
              { name: 'points', do: 'add', value: -2.5 },
              { name: 'tags', do: 'append', value: ['a', 'b'] },
            ],
          },
        },
        target: to('next'),
        failed: to('failed'),
      },
    ],
    facts: [],
  });
});

it('has what Liquid says filled in, each as the type that it is saved as', () => {
  const { instructions, facts } = lowered([
    { name: 'points', do: 'add', value: '{{ entry.total }}' },
    { name: 'last', do: 'set', value: '{{ entry.sku }}', type: 'text' },
  ]);
  expect(instructions).toMatchObject([{ op: 'change', settings: { fact: 0 } }]);
  expect(facts).toEqual([
    {
      kind: 'values',
      node: 'node',
      template: {
        changes: [
          { name: 'points', do: 'add', value: '{{ entry.total }}' },
          { name: 'last', do: 'set', value: '{{ entry.sku }}' },
        ],
      },
      types: { 'changes[0].value': 'number', 'changes[1].value': 'text' },
    },
  ]);
});

it('says on the card what it does', () => {
  const traits = [
    { name: 'plan', do: 'set', value: 'pro' },
    { name: 'points', do: 'add', value: '{{ entry.total }}' },
    { name: 'tags', do: 'remove', value: 'trial' },
    { name: 'trial', do: 'unset', value: '' },
  ];
  expect(fillTemplate(changeTraits.manifest.summary, { traits })).toBe(
    'plan = pro, points + {{ entry.total }}, tags − trial, trial cleared',
  );
});

it.each<[string, JsonObject, string]>([
  ['a name with a dot', { name: 'address.city', value: 'Oslo' }, 'traits[0].name'],
  ['a reserved name', { name: '__proto__', value: 'x' }, 'traits[0].name'],
  ['no number to add', { name: 'points', do: 'add', value: 'ten' }, 'traits[0].value'],
  ['nothing to add to a list', { name: 'tags', do: 'append', value: ' ' }, 'traits[0].value'],
  ['no date where one is saved', { name: 'since', do: 'set', value: 'soon', type: 'date' }, 'traits[0].value'],
])('refuses %s', (_, item, path) => {
  expect(changeTraits.parse({ traits: [item] })).toMatchObject({ ok: false, problems: [{ path }] });
});
