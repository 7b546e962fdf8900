import { describe, expect, it } from 'vitest';
import { followedLabel } from './follow-label';
import { pathKey } from '@/components/form/field-path';
import { blankFor, drawnAs, setAt, variantsOf } from './schema';
import type { Schema } from './schema';

const trigger: Schema = {
  oneOf: [
    {
      type: 'object',
      title: 'Event',
      properties: { kind: { type: 'string', const: 'event' }, event: { type: 'string', widget: 'event' } },
      required: ['kind', 'event'],
    },
    {
      type: 'object',
      properties: { kind: { type: 'string', const: 'message' }, node: { type: 'string', widget: 'node' } },
      required: ['kind', 'node'],
    },
  ],
};
const list: Schema = {
  type: 'array',
  items: {
    type: 'object',
    properties: { id: { type: 'string' }, label: { type: 'string' }, trigger },
    required: ['id', 'label', 'trigger'],
  },
};

describe('schema', () => {
  it('draws by the widget that is asked for, else by type', () => {
    const drawn = (schema: Schema) => drawnAs({ schema, root: {} });
    expect([
      drawn({ type: 'string', widget: 'liquid' }),
      drawn({ type: 'string', enum: ['a'] }),
      drawn({ type: 'integer' }),
      drawn({ type: 'boolean' }),
      drawn(list),
      drawn(trigger),
      drawn({ type: 'array', items: { type: 'string' } }),
    ]).toEqual(['liquid', 'select', 'number', 'switch', 'list', 'choice', 'texts']);
  });

  it('knows the shapes of a union by its constant', () => {
    expect(variantsOf({ schema: trigger, root: {} })?.variants.map(({ value, title }) => [value, title])).toEqual([
      ['event', 'Event'],
      ['message', 'Message'],
    ]);
  });

  it('makes a new item with an id of its own and the first shape', () => {
    const first = blankFor({ schema: list['items'] as Schema, root: {} }) as Schema;
    const second = blankFor({ schema: list['items'] as Schema, root: {} }) as Schema;
    expect(first).toMatchObject({ label: '', trigger: { kind: 'event', event: '' } });
    expect(first['id']).not.toBe(second['id']);
  });

  it('sets a place without touching what is beside it', () => {
    const value = { a: [{ x: 1 }, { x: 2 }], b: { c: 1 } };
    const next = setAt({ value, path: ['a', 1, 'x'], to: 3 }) as typeof value;
    expect(next).toEqual({ a: [{ x: 1 }, { x: 3 }], b: { c: 1 } });
    expect([next.b, next.a[0]]).toEqual([value.b, value.a[0]]);
    expect(next.b).toBe(value.b);
    expect(setAt({ value, path: ['b', 'c'], to: undefined })).toEqual({ a: value.a, b: {} });
    expect(pathKey(['branches', 0, 'rule', 'rules', 2, 'value'])).toBe('branches[0].rule.rules[2].value');
  });
});

describe('label of an item', () => {
  const item = (label: string, event = '') => ({ id: 'a', label, trigger: { kind: 'event', event } });
  const choose = (label: string, event = '') =>
    followedLabel({ item: item(label, event), at: ['trigger', 'event'], value: 'Order Completed', title: 'Event' });
  it('follows the event until somebody wrote another', () => {
    expect([choose('It happened'), choose('Event 2'), choose('Signed Up', 'Signed Up'), choose('Bought it')]).toEqual([
      'Order Completed',
      'Order Completed',
      'Order Completed',
      null,
    ]);
  });
});
