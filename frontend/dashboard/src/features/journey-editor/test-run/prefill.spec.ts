import type { Graph, GraphNode, JsonObject, NodeManifest } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { eventPrefill, prefillOf } from './prefill';

const prefill = (graph: Graph) =>
  prefillOf({ graph, manifests, entry: Object.values(graph.nodes).find(({ type }) => type === 'wend/entry-event') });

function graphOf(
  nodes: Record<string, { type: string; config: JsonObject }>,
  edges: [string, string][],
  exitCriteria: Graph['settings']['exitCriteria'] = [],
): Graph {
  return {
    nodes: Object.fromEntries(
      Object.entries(nodes).map(([id, node]): [string, GraphNode] => [
        id,
        { id, version: 1, name: id, position: { x: 0, y: 0 }, ...node },
      ]),
    ),
    edges: edges.map(([from, to], index) => ({ id: `e${index}`, from, port: 'next', to })),
    settings: { reentry: { rule: 'never' }, exitCriteria },
  };
}
const manifests = {
  'wend/entry-event@1': { category: 'entry', entry: 'event' } as NodeManifest,
  'acme/visit@1': { category: 'entry', entry: 'event' } as NodeManifest,
  'wend/email@1': { channel: 'email' } as NodeManifest,
};
const compare = (source: string, path: string, is: string, value: JsonObject[string]): JsonObject => ({
  op: 'compare',
  left: { source, path },
  is,
  value,
});

const graph = graphOf(
  {
    entry: {
      type: 'wend/entry-event',
      config: {
        event: 'Cart Updated',
        where: {
          op: 'all',
          rules: [
            compare('property', 'cart.total', 'greaterThan', 50),
            compare('property', 'currency', 'oneOf', ['EUR', 'USD']),
          ],
        },
      },
    },
    mail: {
      type: 'wend/email',
      config: {
        subject: 'Hi {{ profile.first_name | default: "there" }}',
        body: '<p>{{ entry.cart.id }} in {{profile.address.city}} {% if profile.vip %}!{% endif %} profile.not_a_tag</p>',
      },
    },
    wait: {
      type: 'wend/wait-for-events',
      config: {
        events: [
          {
            id: 'a',
            trigger: {
              kind: 'event',
              event: 'Order Completed',
              where: compare('property', 'cart_id', 'equals', { entry: 'cart.id' }),
            },
          },
        ],
      },
    },
    branch: {
      type: 'wend/branch',
      config: { branches: [{ id: 'b', label: 'Pro', rule: compare('trait', 'plan', 'equals', 'pro') }] },
    },
  },
  [
    ['entry', 'mail'],
    ['mail', 'wait'],
    ['wait', 'branch'],
  ],
);

describe('what a test run is filled in with', () => {
  it('lets the person in: properties that the entry asks for, with values that hold', () => {
    const { event, properties } = prefill(graph);
    expect(event).toBe('Cart Updated');
    expect(properties).toEqual({ cart: { id: 'test-1', total: 51 }, currency: 'EUR' });
  });

  it('gives a value to what only must be there, and to the key of parallel runs', () => {
    const exists = {
      ...graphOf(
        {
          entry: {
            type: 'wend/entry-event',
            config: {
              event: 'Product Added',
              where: { op: 'compare', left: { source: 'property', path: 'list' }, is: 'exists' },
            },
          },
        },
        [],
      ),
    };
    expect(
      prefill({ ...exists, settings: { ...exists.settings, reentry: { rule: 'always', key: 'cart_id' } } }).properties,
    ).toEqual({ cart_id: 'cart-1', list: 'example' });
  });

  it('has every trait that a rule or a template reads, and an address for each channel', () => {
    expect(prefill(graph).traits).toEqual({
      address: { city: 'Seoul' },
      email: 'mina@example.com',
      first_name: 'Mina',
      plan: 'pro',
      vip: '',
    });
  });

  it('does not take properties of later events for the entry event', () => {
    expect(prefill(graph).properties).not.toHaveProperty('cart_id');
  });

  it('leaves out what entries read that the person does not come in by, and only them', () => {
    const other = compare('property', 'page', 'equals', '/pricing');
    const visited = {
      entry: { type: 'wend/entry-event', config: { event: 'Order Placed' } },
      // Leads nowhere yet and names an event, as an entry does.
      wait: { type: 'wend/wait', config: { event: 'x', text: '{{ entry.code }}' } },
      other: { type: 'acme/visit', config: { event: 'Page Viewed', where: other, text: '{{ entry.referrer }}' } },
    };
    expect(prefill(graphOf(visited, []))).toMatchObject({ event: 'Order Placed', properties: { code: '' } });
    expect(Object.keys(prefill(graphOf(visited, [])).properties)).toEqual(['code']);
  });

  it('fills events that the run waits for', () => {
    const criterion = {
      id: 'x',
      event: 'Refunded',
      where: compare('property', 'amount', 'atLeast', 10),
    } as unknown as Graph['settings']['exitCriteria'][number];
    const exits = { ...graph, settings: { ...graph.settings, exitCriteria: [criterion] } };
    expect(
      eventPrefill({ graph: exits, node: 'wait', event: 'Order Completed', entry: { cart: { id: 'c7' } } }),
    ).toEqual({ cart_id: 'c7' });
    expect(eventPrefill({ graph: exits, node: 'wait', event: 'Refunded', entry: {} })).toEqual({ amount: 10 });
    expect(eventPrefill({ graph: exits, node: 'branch', event: 'Order Completed', entry: {} })).toEqual({});
  });

  it('reaches into lists and keys that have dots, as rules and templates do', () => {
    const odd = graphOf(
      {
        entry: {
          type: 'wend/entry-event',
          config: {
            event: 'Ordered',
            where: {
              op: 'all',
              rules: [
                compare('property', 'items.0', 'equals', 'shoe'),
                compare('property', '["order.id"]', 'equals', 'o1'),
                compare('property', 'toString', 'equals', 'x'),
                compare('property', 'kind', 'anyOf', ['a', 'b']),
                compare('property', 'tags', 'containsAnyOf', ['sale', 'new']),
                compare('property', 'country', 'noneOf', ['FR']),
                compare('property', 'day', 'onOrAfter', '2026-05-01'),
              ],
            },
          },
        },
        mail: {
          type: 'wend/email',
          config: {
            subject: `{{ entry["ship.to"].name }} {{ profile['first.name'] }} {{ profile.last-name }}`,
            body: '',
          },
        },
      },
      [['entry', 'mail']],
    );
    expect(prefill(odd).properties).toEqual({
      items: ['shoe'],
      'order.id': 'o1',
      'ship.to': { name: 'Example' },
      toString: 'x',
      kind: 'a',
      tags: 'sale',
      country: '',
      day: '2026-05-01',
    });
    expect(prefill(odd).traits).toEqual({ email: 'mina@example.com', 'first.name': '', 'last-name': '' });
  });

  it('survives a draft that is not finished', () => {
    expect(prefill(graphOf({}, []))).toEqual({ event: null, properties: {}, traits: {} });
    expect(prefill(graphOf({ entry: { type: 'wend/entry-event', config: { event: '' } } }, [])).event).toBeNull();
  });
});
