/** The journeys that are measured. */
import { addNode, connect, emptyGraph } from '@wend/contract';

/** @param {{ id: string, type: string, config: object, to?: Record<string, string> }[]} steps */
export const graphOf = (steps) => {
  let graph = emptyGraph();
  graph = { ...graph, settings: { ...graph.settings, reentry: { rule: 'always' } } };
  for (const { id, type, config } of steps)
    graph = addNode(graph, { node: { id, type, version: 1, name: id, config, position: { x: 0, y: 0 } } });
  for (const { id, to } of steps)
    for (const [port, target] of Object.entries(to ?? {})) graph = connect(graph, { from: id, port, to: target });
  return graph;
};

const webhook = ({ id, url, to }) => ({
  id,
  type: 'wend/webhook',
  to: to ? { queued: to } : {},
  config: {
    method: 'POST',
    url,
    headers: [{ name: 'Content-Type', value: 'application/json' }],
    body: `{"person":{{ profile.external_id | json }},"message":"${id}"}`,
  },
});
const seconds = (amount) => ({ amount, unit: 'seconds' });
const onTrait = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'gold' };

/** Entry, a branch on a trait, three webhooks; between the webhooks waits when `waitSeconds` is not 0. */
export const threeWebhooks = ({ event, url, waitSeconds }) => {
  const waits = waitSeconds > 0;
  const wait = (id, next) => ({ id, type: 'wend/wait', config: { duration: seconds(waitSeconds) }, to: { next } });
  return graphOf([
    { id: 'entry', type: 'wend/entry-event', config: { event }, to: { next: 'branch' } },
    {
      id: 'branch',
      type: 'wend/branch',
      config: { branches: [{ id: 'gold', label: 'Gold', rule: onTrait }] },
      to: { gold: 'first', else: 'first' },
    },
    webhook({ id: 'first', url, to: waits ? 'pause' : 'second' }),
    ...(waits ? [wait('pause', 'second')] : []),
    webhook({ id: 'second', url, to: waits ? 'rest' : 'third' }),
    ...(waits ? [wait('rest', 'third')] : []),
    webhook({ id: 'third', url }),
  ]);
};

const entryOf = (event) => ({ id: 'entry', type: 'wend/entry-event', config: { event }, to: { next: 'node' } });
const node = (type, config) => ({ id: 'node', type, config });

/** Entry, a custom node, a webhook. */
export const nodeAndWebhook = ({ event, url }) =>
  graphOf([
    entryOf(event),
    { ...node('acme/loyalty-points', { points: 10, reason: 'Bench' }), to: { credited: 'act' } },
    webhook({ id: 'act', url }),
  ]);

/** What slow neighbours do; `url` does not answer. */
export const hangingWebhook = ({ event, url }) => [entryOf(event), webhook({ id: 'node', url })];
export const hangingNode = ({ event, url }) => [
  entryOf(event),
  node('acme/loyalty-points', { points: 10, reason: 'Bench', endpoint: url }),
];
/** Under the limit of a rendering, or it would be refused after a few. */
export const heavySms = ({ event }) => [
  entryOf(event),
  node('wend/sms', { text: '{% for a in (1..400) %}{% for b in (1..400) %}{% endfor %}{% endfor %}Hello' }),
];

/** An entry whose filter no event passes. */
export const neverEntered = ({ event }) =>
  graphOf([
    {
      id: 'entry',
      type: 'wend/entry-event',
      config: {
        event,
        where: { op: 'compare', left: { source: 'property', path: 'category' }, is: 'equals', value: 'Nothing' },
      },
      to: { next: 'end' },
    },
    { id: 'end', type: 'wend/exit', config: { reason: 'done' } },
  ]);

/** Entry, wait for an event, one webhook. */
export const waitForEvent = ({ event, awaited, url }) =>
  graphOf([
    { id: 'entry', type: 'wend/entry-event', config: { event }, to: { next: 'wait' } },
    waitNode({ awaited, timeout: { amount: 7, unit: 'days' }, to: { awaited: 'act' } }),
    webhook({ id: 'act', url }),
  ]);

const waitNode = ({ awaited, timeout, to = {} }) => ({
  id: 'wait',
  type: 'wend/wait-for-events',
  to,
  config: {
    events: [{ id: 'awaited', label: 'Awaited', trigger: { kind: 'event', event: awaited } }],
    timeout,
    lookBack: false,
  },
});

/** One journey per kind of node: the entry and that node. `event`: what to send a waiting run. */
export const nodeKinds = ({ url, awaited }) => {
  const liquid = 'Hello {{ profile.external_id }}';
  return [
    { kind: 'entry and end alone', nodes: [] },
    {
      kind: 'branch',
      nodes: [
        { id: 'node', type: 'wend/branch', config: { branches: [{ id: 'gold', label: 'Gold', rule: onTrait }] } },
      ],
    },
    {
      kind: 'random split',
      nodes: [
        {
          id: 'node',
          type: 'wend/random-split',
          config: {
            arms: [
              { id: 'a', label: 'A', weight: 1 },
              { id: 'b', label: 'B', weight: 1 },
            ],
          },
        },
      ],
    },
    {
      kind: 'set trait',
      nodes: [{ id: 'node', type: 'wend/set-trait', config: { traits: [{ name: 'tier', value: 'silver' }] } }],
    },
    { kind: 'exit', nodes: [{ id: 'node', type: 'wend/exit', config: { reason: 'done' } }] },
    {
      kind: 'email',
      nodes: [{ id: 'node', type: 'wend/email', config: { subject: 'Hello', body: `<p>${liquid}</p>` } }],
    },
    { kind: 'SMS', nodes: [{ id: 'node', type: 'wend/sms', config: { text: liquid } }] },
    { kind: 'push', nodes: [{ id: 'node', type: 'wend/push', config: { title: 'Hello', body: liquid } }] },
    { kind: 'web push', nodes: [{ id: 'node', type: 'wend/web-push', config: { title: 'Hello', body: liquid } }] },
    { kind: 'webhook', nodes: [webhook({ id: 'node', url })] },
    { kind: 'three webhooks and a branch', graph: (event) => threeWebhooks({ event, url, waitSeconds: 0 }) },
    { kind: 'wait', nodes: [{ id: 'node', type: 'wend/wait', config: { duration: seconds(1) } }] },
    {
      kind: 'wait for events, event first',
      nodes: [{ ...waitNode({ awaited, timeout: { amount: 7, unit: 'days' } }), id: 'node' }],
      awaited: true,
    },
    {
      kind: 'wait for events, timeout',
      nodes: [{ ...waitNode({ awaited: 'Never Sent', timeout: seconds(1) }), id: 'node' }],
    },
    {
      kind: 'custom node (one activity)',
      nodes: [{ id: 'node', type: 'acme/loyalty-points', config: { points: 10, reason: 'Bench' } }],
    },
  ].map(({ nodes, graph, ...rest }) => ({
    ...rest,
    graph:
      graph ??
      ((event) =>
        graphOf([
          { id: 'entry', type: 'wend/entry-event', config: { event }, to: nodes.length > 0 ? { next: 'node' } : {} },
          ...nodes,
        ])),
  }));
};
