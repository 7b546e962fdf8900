import { describe, expect, it } from 'vitest';
import { addNode, connect, emptyGraph, setSettings } from './edit.js';
import { canConnect, manifestsByKey } from './edit-connect.js';
import type { Graph, GraphNode } from './graph.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import { maximumNodes } from './structure.js';
import { validate } from './validate.js';

const manifest = (type: string, more: Partial<NodeManifest> = {}): NodeManifest => ({
  type: `wend/${type}`,
  version: 1,
  title: type,
  description: '',
  category: 'action',
  icon: 'tag',
  defaults: {},
  summary: '',
  blocks: false,
  custom: false,
  config: { type: 'object', properties: { text: { type: 'string', title: 'Text', maxLength: 5 } } },
  ports: { fixed: [{ id: 'next', label: 'Next' }] },
  ...more,
});
const manifests = manifestsByKey([
  manifest('in', { category: 'entry', entry: 'event', ports: { fixed: [{ id: 'next', label: 'Entered' }] } }),
  manifest('clock', { category: 'entry', entry: 'schedule', ports: { fixed: [{ id: 'next', label: 'Entered' }] } }),
  manifest('step'),
  manifest('mail', {
    category: 'message',
    channel: 'email',
    ports: {
      fixed: [
        { id: 'queued', label: 'Sent' },
        { id: 'notReachable', label: 'Not reachable' },
      ],
    },
  }),
  manifest('back', {
    turns: { port: 'again', most: 'most' },
    config: { type: 'object', properties: { most: { type: 'integer', title: 'At most' } } },
    ports: {
      fixed: [
        { id: 'again', label: 'Again' },
        { id: 'over', label: 'Afterward' },
      ],
    },
  }),
  manifest('paper', { note: true, ports: { fixed: [] } }),
  manifest('wait', { blocks: true, config: { type: 'object', properties: { events: { type: 'array' } } } }),
  manifest('hasty', {
    blocks: true,
    overAtOnce: [{ when: 'lookBack', exceptPorts: ['timeout'] }],
    ports: {
      fixed: [
        { id: 'seen', label: 'Seen' },
        { id: 'timeout', label: 'Time is up' },
      ],
    },
    config: { type: 'object', properties: { lookBack: { type: 'boolean', title: 'Look back' } } },
  }),
  manifest('poll', { blocks: true, custom: true, overAtOnce: [{}] }),
  manifest('out', { category: 'exit', ports: { fixed: [] } }),
  manifest('points', { custom: true, output: { type: 'object' } }),
]);
const node = (id: string, type: string, config: JsonObject = {}): GraphNode => ({
  id,
  type: `wend/${type}`,
  version: 1,
  name: id,
  config,
  position: { x: 0, y: 0 },
});
const build = (nodes: GraphNode[], ...edges: [string, string, string][]): Graph =>
  edges.reduce(
    (graph, [from, port, to]) => connect(graph, { from, port, to }),
    nodes.reduce((graph, each) => addNode(graph, { node: each }), emptyGraph()),
  );
const sound = build(
  [node('in', 'in'), node('a', 'step'), node('end', 'out')],
  ['in', 'next', 'a'],
  ['a', 'next', 'end'],
);
const found = (graph: Graph) =>
  validate(graph, { manifests }).map(({ code, severity, nodeId, path }) =>
    [code, severity, nodeId, path].filter(Boolean).join(' '),
  );

describe('validate', () => {
  it('finds nothing in a sound journey', () => {
    expect(validate(sound, { manifests })).toEqual([]);
  });

  it('wants at least one entry', () => {
    expect(found(emptyGraph())).toEqual(['no-entry error']);
    expect(found(connect(addNode(sound, { node: node('in2', 'in') }), { from: 'in2', port: 'next', to: 'a' }))).toEqual(
      [],
    );
  });

  describe('warns of an entry by which nobody can come in', () => {
    const where = { op: 'compare', left: { source: 'property', path: 'plan' }, is: 'equals', value: 'pro' };
    const hours = (amount: number) => ({ maximumAge: { amount, unit: 'hours' } });
    const order = { event: 'Order Placed' };
    const shadowed = (left: JsonObject, right: JsonObject) =>
      found({
        ...sound,
        nodes: {
          ...sound.nodes,
          in: { ...sound.nodes['in']!, config: left },
          later: { ...node('later', 'in', right), position: { x: 900, y: 0 } },
        },
        edges: [...sound.edges, { id: 'e', from: 'later', port: 'next', to: 'a' }],
      }).filter((issue) => issue.startsWith('entry'));

    it.each<[string, JsonObject, JsonObject]>([
      ['the same', order, order],
      ['a filter after none', order, { ...order, where } as JsonObject],
      ['an empty filter first', { ...order, where: { op: 'all', rules: [] } }, { ...order, where } as JsonObject],
      ['the same filter', { ...order, where } as JsonObject, { ...order, where } as JsonObject],
      ['a stricter age after', { ...order, ...hours(24) }, { ...order, ...hours(2) }],
      ['any age first', { ...order, anyAge: true }, { ...order, ...hours(2) }],
    ])('%s', (_, left, right) => expect(shadowed(left, right)).toEqual(['entry-never-used warning later']));

    it.each<[string, JsonObject, JsonObject]>([
      ['another event', order, { event: 'Order Refunded' }],
      ['a filter first', { ...order, where } as JsonObject, order],
      ['a stricter age first', { ...order, ...hours(2) }, { ...order, ...hours(24) }],
      ['any age after', { ...order, ...hours(2) }, { ...order, ...hours(2), anyAge: true }],
      ['a setting of its own, which may be a filter', { ...order, source: 'web' }, order],
      ['no event yet', {}, {}],
    ])('but not for %s', (_, left, right) => expect(shadowed(left, right)).toEqual([]));

    it('whose schedule is over, beside others that are not', () => {
      const once = (start: string) => ({ zone: 'workspace', repeats: 'once', time: '09:00', start });
      const nodes = {
        ...sound.nodes,
        past: node('past', 'clock', { when: once('2026-06-01'), segment: 's' }),
        next: { ...node('next', 'clock', { when: once('2026-07-01'), segment: 's' }), position: { x: 900, y: 0 } },
      };
      const edges = [
        ...sound.edges,
        ...['past', 'next'].map((from) => ({ id: `e-${from}`, from, port: 'next', to: 'a' })),
      ];
      const graph = { ...sound, nodes, edges } as Graph;
      const over = (options: { now?: number }) =>
        validate(graph, { manifests, ...options }).filter(({ code }) => code === 'entry-over');
      expect(over({ now: Date.UTC(2026, 5, 10) })).toEqual([
        expect.objectContaining({ nodeId: 'past', severity: 'warning', message: expect.stringContaining('“past”') }),
      ]);
      expect(over({})).toEqual([]);
    });
  });

  it('tells unknown types from unknown versions', () => {
    const graph = connect(
      addNode(addNode(sound, { node: { ...node('v', 'step'), version: 9 } }), { node: node('t', 'nothing') }),
      { from: 'v', port: 'next', to: 't' },
    );
    expect(found(connect(graph, { from: 'a', port: 'next', to: 'v' })).slice(0, 2)).toEqual([
      'unknown-node-version error v',
      'unknown-node-type error t',
    ]);
  });

  it('checks settings by the manifest, or by the node’s own check where there is one', () => {
    const graph = { ...sound, nodes: { ...sound.nodes, a: node('a', 'step', { text: 'too long' }) } };
    expect(validate(graph, { manifests })).toEqual([
      {
        code: 'invalid-config',
        severity: 'error',
        nodeId: 'a',
        path: 'text',
        message: 'Text can have at most 5 characters.',
      },
    ]);
    expect(validate(graph, { manifests, parse: () => ({ ok: true, config: {} }) })).toEqual([]);
    const parse = (each: GraphNode) =>
      each.id === 'a' ? { ok: false as const, problems: [{ path: '', message: 'No.' }] } : undefined;
    expect(validate(graph, { manifests, parse })).toEqual([
      { code: 'invalid-config', severity: 'error', nodeId: 'a', message: 'No.' },
    ]);
  });

  it('finds lines that lead nowhere, leave by no port or lead to the entry', () => {
    const edge = (from: string, port: string, to: string) => ({
      ...sound,
      edges: [...sound.edges, { id: 'x', from, port, to }],
    });
    expect(found(edge('a', 'next2', 'end'))).toEqual(['edge-to-nowhere error a']);
    expect(found(edge('a', 'next3', 'gone'))).toEqual(['edge-to-nowhere error a']);
    expect(found(edge('gone', 'next', 'a'))).toEqual(['edge-to-nowhere error']);
    expect(
      found({ ...sound, edges: [{ id: 'x', from: 'a', port: 'next', to: 'in' }, ...sound.edges.slice(0, 1)] }),
    ).toContain('edge-to-entry error a');
  });

  it('refuses loops in which no time passes, once per loop, and allows the others', () => {
    const loop = build(
      [node('in', 'in'), node('a', 'step'), node('b', 'step')],
      ['in', 'next', 'a'],
      ['a', 'next', 'b'],
      ['b', 'next', 'a'],
    );
    expect(found(loop)).toEqual(['loop-without-wait error a']);
    const timed = build(
      [node('in', 'in'), node('a', 'step'), node('b', 'wait')],
      ['in', 'next', 'a'],
      ['a', 'next', 'b'],
      ['b', 'next', 'a'],
    );
    expect(found(timed)).toEqual([]);
    const long = Array.from({ length: 900 }, (_, index) => node(`n${index}`, 'step'));
    const chain = build(
      [node('in', 'in'), ...long],
      ['in', 'next', 'n0'],
      ...long.slice(1).map((each, index): [string, string, string] => [`n${index}`, 'next', each.id]),
    );
    expect(found(chain)).toEqual(['unconnected-port warning n899']);
    expect(found(connect(chain, { from: 'n899', port: 'next', to: 'n450' }))).toEqual(['loop-without-wait error n450']);
  });

  it('refuses two lines from one way out, and names the step and the way out', () => {
    const doubled = { ...sound, edges: [...sound.edges, { id: 'x', from: 'a', port: 'next', to: 'a' }] };
    expect(validate(doubled, { manifests })).toContainEqual({
      code: 'port-with-two-edges',
      severity: 'error',
      edgeId: 'x',
      nodeId: 'a',
      message: 'Two lines leave “a” on the path “Next”. Each path can lead to only one step.',
      hint: 'Remove one of the lines.',
    });
  });

  it('warns of loops in which no step is sure to hold people, once per loop', () => {
    const loop = (config: JsonObject, port = 'seen') =>
      build(
        [node('in', 'in'), node('a', 'step'), node('w', 'hasty', config)],
        ['in', 'next', 'a'],
        ['a', 'next', 'w'],
        ['w', port, 'a'],
      );
    const hasty = (graph: Graph) => validate(graph, { manifests }).filter((issue) => issue.code.startsWith('loop'));
    expect(hasty(loop({ lookBack: true }))).toEqual([
      {
        code: 'loop-may-not-wait',
        severity: 'warning',
        nodeId: 'w',
        message:
          'People may loop from “w” back to itself several times in a moment: no step in this loop is sure to hold them.',
        hint: 'Add a wait of a fixed length to the loop, or turn off “Look back” in “w”.',
      },
    ]);
    expect(hasty(loop({ lookBack: false }))).toEqual([]);
    expect(hasty(loop({}))).toEqual([]);
    // By its time limit people leave only when time has passed.
    expect(hasty(loop({ lookBack: true }, 'timeout'))).toEqual([]);
    const custom = build(
      [node('in', 'in'), node('c', 'poll'), node('w', 'hasty', { lookBack: true })],
      ['in', 'next', 'c'],
      ['c', 'next', 'w'],
      ['w', 'seen', 'c'],
    );
    expect(hasty(custom)).toMatchObject([{ code: 'loop-may-not-wait', nodeId: 'c' }]);
    const held = build(
      [node('in', 'in'), node('c', 'poll'), node('w', 'wait')],
      ['in', 'next', 'c'],
      ['c', 'next', 'w'],
      ['w', 'next', 'c'],
    );
    expect(hasty(held)).toEqual([]);
    const none = build(
      [node('in', 'in'), node('a', 'step'), node('b', 'step')],
      ['in', 'next', 'a'],
      ['a', 'next', 'b'],
      ['b', 'next', 'a'],
    );
    expect(hasty(none).map(({ code }) => code)).toEqual(['loop-without-wait']);
  });

  it('warns of what nobody reaches and of ways that end', () => {
    expect(found(addNode(sound, { node: node('lost', 'out') }))).toEqual(['unreachable-node warning lost']);
    const open = build(
      [node('in', 'in'), node('m', 'mail'), node('end', 'out')],
      ['in', 'next', 'm'],
      ['m', 'queued', 'end'],
    );
    expect(validate(open, { manifests })).toMatchObject([
      {
        code: 'unconnected-port',
        severity: 'warning',
        nodeId: 'm',
        message: 'People who leave “m” on “Not reachable” leave the journey there.',
      },
    ]);
  });

  it('allows loops without a wait by what ends them, unless they are too long', () => {
    const looped = (most: number, from = 'back') => {
      const steps = ['a', 'x', 'y'].map((id) => node(id, 'step'));
      const nodes = [node('in', 'in'), ...steps, node('back', 'back', { most })];
      const graph = nodes.reduce((all, each) => addNode(all, { node: each }), emptyGraph());
      return [
        ['in', 'next', 'a'],
        ['a', 'next', 'x'],
        ['x', 'next', 'back'],
        ['back', 'again', 'a'],
        ['back', 'over', 'y'],
        ['y', 'next', from === 'back' ? '' : 'a'],
      ].reduce((all, [source, port, to]) => connect(all, { from: source!, port: port!, to: to! }), graph);
    };
    const errors = (graph: Graph) => found(graph).filter((each) => each.includes('error') || each.includes('loop'));
    expect(errors(looped(100))).toEqual([]);
    expect(errors(looped(700))).toEqual(['loop-too-long error back']);
    expect(errors(looped(3, 'y'))).toEqual(['loop-without-wait error a']);
    const open = { ...looped(3), edges: looped(3).edges.filter(({ port }) => port !== 'again') };
    expect(canConnect({ graph: open, manifests, from: 'back', port: 'again', to: 'a' })).toBe(true);
    expect(canConnect({ graph: looped(3), manifests, from: 'x', port: 'next', to: 'a' })).toMatch('loop');
    expect(canConnect({ graph: looped(3), manifests, from: 'y', port: 'next', to: 'a' })).toMatch('loop');
  });

  it('lets notes lie where they like, and nothing lead to them', () => {
    const noted = addNode(sound, { node: node('n', 'paper') });
    expect(found(noted)).toEqual([]);
    const edge = { id: 'e', from: 'in', port: 'next', to: 'n' };
    expect(found({ ...noted, edges: [...noted.edges.filter(({ from }) => from !== 'in'), edge] })).toContain(
      'edge-to-note error in',
    );
    expect(canConnect({ graph: noted, manifests, from: 'in', port: 'next', to: 'n' })).toMatch('note');
  });

  it('knows which messages can be waited for', () => {
    const waiting = (of: string) =>
      build(
        [
          node('in', 'in'),
          node('m', 'mail'),
          node('w', 'wait', { events: [{ trigger: { kind: 'message', node: of, state: 'opened' } }] }),
          node('late', 'mail'),
          node('end', 'out'),
        ],
        ['in', 'next', 'm'],
        ['m', 'queued', 'w'],
        ['m', 'notReachable', 'end'],
        ['w', 'next', 'late'],
        ['late', 'queued', 'end'],
        ['late', 'notReachable', 'end'],
      );
    expect(found(waiting('m'))).toEqual([]);
    expect(found(waiting('gone'))).toEqual(['message-of-unknown-node error w events[0].trigger.node']);
    expect(found(waiting('in'))).toEqual(['message-of-unknown-node error w events[0].trigger.node']);
    expect(found(waiting('late'))).toEqual(['message-not-before warning w events[0].trigger.node']);
  });

  it('refuses rules about channels that reach nobody, where the channels are known', () => {
    const asking = (channel: string): Graph => {
      const left = { source: 'reachable', channel };
      const rule = { op: 'any', rules: [{ op: 'compare', left, is: 'equals', value: true }] };
      return { ...sound, nodes: { ...sound.nodes, a: { ...sound.nodes['a']!, config: { branches: [{ rule }] } } } };
    };
    const told = (channel: string) =>
      validate(asking(channel), { manifests, personChannels: ['email', 'pager'] }).filter(
        ({ code }) => code === 'unknown-channel',
      );
    expect(told('pager')).toEqual([]);
    expect(told('telegramm')).toEqual([
      {
        code: 'unknown-channel',
        severity: 'error',
        nodeId: 'a',
        path: 'branches[0].rule.rules[0].left.channel',
        message: '“a” asks who can be reached by “telegramm”, which is not a channel that reaches people.',
        hint: 'Choose one of: email, pager.',
      },
    ]);
    expect(told('webhook')).toHaveLength(1);
    expect(found(asking('telegramm'))).not.toContain('unknown-channel error a');
  });

  it('warns of results that no node gives', () => {
    const using = (text: string) =>
      build(
        [
          node('in', 'in'),
          node('points', 'points'),
          node('m', 'step', { text, rule: { source: 'run', path: 'points.tier' } }),
        ],
        ['in', 'next', 'points'],
        ['points', 'next', 'm'],
        ['m', 'next', 'm'],
      );
    const variables = (text: string) => found(using(text)).filter((each) => each.startsWith('unknown-variable'));
    expect(variables('{{ run.points.balance }}')).toEqual([]);
    expect(variables('{{ run.nobody.balance }}')).toEqual(['unknown-variable warning m text']);
    expect(variables("{% if run['in'].x %}")).toEqual(['unknown-variable warning m text']);
    expect(variables('a run.nobody without tags')).toEqual([]);
    const compared = (run: string) => {
      const left = { source: 'property', path: 'id' };
      const graph = using('');
      const filter = { op: 'compare', left, is: 'equals', value: { run } } as const;
      const [, , m] = Object.values(graph.nodes);
      return found({ ...graph, nodes: { ...graph.nodes, m: { ...m!, config: { ...m!.config, filter } as never } } });
    };
    expect(compared('points.tier')).not.toContain('unknown-variable warning m filter.value.run');
    expect(compared('nobody.tier')).toContain('unknown-variable warning m filter.value.run');
  });

  it('names what ends a run in the words of the screen', () => {
    const graph = setSettings(sound, {
      settings: { reentry: { rule: 'never' }, exitCriteria: [{ id: 'x', event: ' ' }] },
    });
    expect(validate(graph, { manifests }).map(({ path, message }) => [path, message])).toEqual([
      ['settings.exitCriteria[0].event', 'An exit criterion has no event.'],
    ]);
  });

  it('checks the settings of the journey', () => {
    const where = { op: 'compare', left: { source: 'trait', path: 'x' }, is: 'exists' } as const;
    const graph = setSettings(sound, {
      settings: {
        reentry: { rule: 'after' },
        exitCriteria: [
          { id: 'x', event: 'Paid', where },
          { id: 'y', event: 'Paid', where: { op: 'all', rules: [] } },
        ],
      },
    });
    expect(found(graph)).toEqual([
      'invalid-settings error settings.reentry.afterSeconds',
      'invalid-settings error settings.exitCriteria[0].where.left',
    ]);
  });

  it('stops at a thousand steps', () => {
    const most = Object.fromEntries(
      Array.from({ length: maximumNodes }, (_, index) => [`n${index}`, node(`n${index}`, 'out')]),
    );
    expect(found({ ...emptyGraph(), nodes: most })).not.toContain('too-many-nodes error');
    const many = Object.fromEntries(
      Array.from({ length: maximumNodes + 1 }, (_, index) => [`n${index}`, node(`n${index}`, 'out')]),
    );
    expect(found({ ...emptyGraph(), nodes: many })[0]).toBe('too-many-nodes error');
  });

  it('says what to do with every structural problem', () => {
    const broken = {
      ...build([node('x', 'nothing'), node('m', 'mail')], ['x', 'next', 'm']),
      edges: [{ id: 'e', from: 'x', port: 'p', to: 'gone' }],
    };
    for (const issue of validate(broken, { manifests }))
      expect([issue.message, issue.hint]).toEqual([expect.stringMatching(/\.$/), expect.stringMatching(/\.$/)]);
  });
});
