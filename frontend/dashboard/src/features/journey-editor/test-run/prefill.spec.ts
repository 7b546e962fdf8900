import type { Graph, GraphNode, JsonObject } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { eventPrefill, parseObject, prefillOf } from './prefill';

function graphOf(nodes: Record<string, { type: string; config: JsonObject }>, edges: [string, string][], exitCriteria: Graph['settings']['exitCriteria'] = []): Graph {
  return {
    nodes: Object.fromEntries(Object.entries(nodes).map(([id, node]): [string, GraphNode] => [id, { id, version: 1, name: id, position: { x: 0, y: 0 }, ...node }])),
    edges: edges.map(([from, to], index) => ({ id: `e${index}`, from, port: 'next', to })),
    settings: { reentry: { rule: 'never' }, exitCriteria },
  };
}
const compare = (source: string, path: string, is: string, value: JsonObject[string]): JsonObject => ({ op: 'compare', left: { source, path }, is, value });

const graph = graphOf(
  {
    entry: { type: 'wend/entry-event', config: { event: 'Cart Updated', where: { op: 'all', rules: [compare('property', 'cart.total', 'greaterThan', 50), compare('property', 'currency', 'oneOf', ['EUR', 'USD'])] } } },
    mail: { type: 'wend/email', config: { subject: 'Hi {{ profile.first_name | default: "there" }}', body: '<p>{{ entry.cart.id }} in {{profile.address.city}} {% if profile.vip %}!{% endif %} profile.not_a_tag</p>' } },
    wait: { type: 'wend/wait-for-events', config: { events: [{ id: 'a', trigger: { kind: 'event', event: 'Order Completed', where: compare('property', 'cart_id', 'equals', { entry: 'cart.id' }) } }] } },
    branch: { type: 'wend/branch', config: { branches: [{ id: 'b', label: 'Pro', rule: compare('trait', 'plan', 'equals', 'pro') }] } },
  },
  [['entry', 'mail'], ['mail', 'wait'], ['wait', 'branch']],
);

describe('what a test run is filled in with', () => {
  it('lets the person in: properties that the entry asks for, with values that hold', () => {
    const { event, properties } = prefillOf(graph);
    expect(event).toBe('Cart Updated');
    expect(properties).toEqual({ cart: { id: 'test-1', total: 51 }, currency: 'EUR' });
  });

  it('gives a value to what only must be there, and to the key of parallel runs', () => {
    const exists = { ...graphOf({ entry: { type: 'wend/entry-event', config: { event: 'Product Added', where: { op: 'compare', left: { source: 'property', path: 'list' }, is: 'exists' } } } }, []) };
    expect(prefillOf({ ...exists, settings: { ...exists.settings, reentry: { rule: 'always', key: 'cart_id' } } }).properties).toEqual({ cart_id: 'cart-1', list: 'example' });
  });

  it('has every trait that a rule or a template reads, and an address for each channel', () => {
    expect(prefillOf(graph).traits).toEqual({ address: { city: 'Seoul' }, email: 'mina@example.com', first_name: 'Mina', plan: 'pro', vip: '' });
  });

  it('does not take properties of later events for the entry event', () => {
    expect(prefillOf(graph).properties).not.toHaveProperty('cart_id');
  });

  it('fills events that the run waits for', () => {
    const criterion = { id: 'x', event: 'Refunded', where: compare('property', 'amount', 'atLeast', 10) } as unknown as Graph['settings']['exitCriteria'][number];
    const exits = { ...graph, settings: { ...graph.settings, exitCriteria: [criterion] } };
    expect(eventPrefill({ graph: exits, node: 'wait', event: 'Order Completed', entry: { cart: { id: 'c7' } } })).toEqual({ cart_id: 'c7' });
    expect(eventPrefill({ graph: exits, node: 'wait', event: 'Refunded', entry: {} })).toEqual({ amount: 10 });
    expect(eventPrefill({ graph: exits, node: 'branch', event: 'Order Completed', entry: {} })).toEqual({});
  });

  it('survives a draft that is not finished', () => {
    expect(prefillOf(graphOf({}, []))).toEqual({ event: null, properties: {}, traits: {} });
    expect(prefillOf(graphOf({ entry: { type: 'wend/entry-event', config: { event: '' } } }, [])).event).toBeNull();
  });
});

describe('typed JSON', () => {
  it('must be an object', () => {
    expect(parseObject('{ "plan": "pro" }')).toEqual({ value: { plan: 'pro' } });
    expect(parseObject('  ')).toEqual({ value: {} });
    expect(parseObject('[1]')).toHaveProperty('error');
    expect(parseObject('{ plan')).toHaveProperty('error');
  });
});
