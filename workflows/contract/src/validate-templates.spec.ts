import { describe, expect, it } from 'vitest';
import { closest } from './closest.js';
import { configFields } from './config-fields.js';
import { addNode, connect, emptyGraph } from './edit.js';
import { manifestsByKey } from './edit-connect.js';
import type { Graph, GraphNode } from './graph.js';
import type { JsonObject } from './json.js';
import type { NodeManifest } from './manifest.js';
import { validate } from './validate.js';
import type { TemplateReading } from './validate-templates.js';

const base = {
  version: 1,
  description: '',
  icon: 'tag',
  defaults: {},
  summary: '',
  blocks: false,
  custom: false,
} as const;
const manifests = manifestsByKey([
  {
    ...base,
    type: 'wend/in',
    title: 'Entry',
    category: 'entry',
    entry: 'event',
    config: { type: 'object', properties: { event: { type: 'string' } } },
    ports: { fixed: [{ id: 'next', label: 'Entered' }] },
  },
  {
    ...base,
    type: 'wend/mail',
    title: 'Email',
    category: 'message',
    channel: 'email',
    ports: {
      fixed: [
        { id: 'queued', label: 'Sent' },
        { id: 'notReachable', label: 'Not reachable', follows: 'queued' },
      ],
    },
    config: {
      type: 'object',
      properties: {
        subject: { type: 'string', title: 'Subject', widget: 'liquid' },
        note: { type: 'string' },
        headers: {
          type: 'array',
          title: 'Headers',
          items: {
            type: 'object',
            properties: { name: { type: 'string' }, value: { type: 'string', widget: 'liquid' } },
          },
        },
      },
    },
  },
  {
    ...base,
    type: 'wend/score',
    title: 'Score',
    category: 'action',
    custom: true,
    config: { type: 'object', properties: { note: { type: 'string' }, list: { type: 'array' } } },
    output: { type: 'object', properties: { tier: { type: 'string' } } },
    ports: { fixed: [{ id: 'next', label: 'Next' }] },
  },
  {
    ...base,
    type: 'wend/set',
    title: 'Set',
    category: 'action',
    config: {
      type: 'object',
      properties: {
        traits: { type: 'array', items: { type: 'object', properties: { name: { type: 'string' }, value: {} } } },
      },
    },
    ports: { fixed: [{ id: 'next', label: 'Next' }] },
  },
  {
    ...base,
    type: 'wend/out',
    title: 'Exit',
    category: 'exit',
    config: { type: 'object', properties: {} },
    ports: { fixed: [] },
  },
] satisfies NodeManifest[]);

const node = (id: string, type: string, config: JsonObject = {}): GraphNode => ({
  id,
  type: `wend/${type}`,
  version: 1,
  name: id,
  config,
  position: { x: 0, y: 0 },
});
const graphOf = (mail: JsonObject, ...more: [string, string, string][]): Graph => {
  const nodes = [
    node('in', 'in', { event: 'Bought' }),
    node('n', 'score'),
    node('s', 'set', { traits: [{ name: 'lifecycle', value: 1 }] }),
    node('m', 'mail', mail),
    node('end', 'out'),
  ];
  const edges: [string, string, string][] = [
    ['in', 'next', 'n'],
    ['n', 'next', 's'],
    ['s', 'next', 'm'],
    ['m', 'queued', 'end'],
    ...more,
  ];
  return edges.reduce(
    (graph, [from, port, to]) => connect(graph, { from, port, to }),
    nodes.reduce((graph, each) => addNode(graph, { node: each }), emptyGraph()),
  );
};
const variables = (...paths: (string | number)[][]): TemplateReading => ({
  problems: [],
  variables: paths.map((path, index) => ({ path, line: index + 1, column: 4 })),
});
const names = {
  traits: ['first_name', 'address.city'],
  events: [{ name: 'Bought', properties: ['item.name', 'items', 'order.id'] }],
};
const check = (reading: TemplateReading, known = names) =>
  validate(graphOf({ subject: '{{ x }}' }), { manifests, templates: { read: () => reading, names: known } });

describe('templates of a graph', () => {
  it('are errors where Liquid cannot read them, with field, line and column', () => {
    expect(
      check({ problems: [{ message: 'There is no filter “shout”.', line: 2, column: 7 }], variables: [] }),
    ).toEqual([
      {
        code: 'invalid-template',
        severity: 'error',
        nodeId: 'm',
        path: 'subject',
        line: 2,
        column: 7,
        message: 'Subject, line 2, column 7: There is no filter “shout”.',
        hint: expect.any(String) as string,
      },
    ]);
    const issues = validate(
      graphOf({
        subject: 'plain',
        note: '{{ x',
        headers: [
          { name: 'A', value: 'x' },
          { name: 'B', value: '{{ x' },
        ],
      }),
      {
        manifests,
        templates: {
          read: (source) => ({ problems: [{ message: source, line: 1, column: 1 }], variables: [] }),
          names,
        },
      },
    );
    // Only where the manifest says that there is Liquid.
    expect(issues.map(({ path, message }) => [path, message])).toEqual([
      ['headers[1].value', 'Headers, line 1, column 1: {{ x'],
    ]);
  });
  it("are every text of a third party's node", () => {
    const graph = graphOf({});
    const custom = {
      ...graph,
      nodes: { ...graph.nodes, n: node('n', 'score', { note: 'x {{ y', list: [{ z: '{% if' }] }) },
    };
    expect(
      validate(custom, {
        manifests,
        templates: { read: () => ({ problems: [{ message: 'No.', line: 1, column: 1 }], variables: [] }), names },
      }).map(({ path }) => path),
    ).toEqual(['note', 'list[0].z']);
  });
  it('know what they can begin with', () => {
    expect(
      check(
        variables(
          ['profile', 'first_name'],
          ['entry', 'item', 'name'],
          ['event', 'order.id'],
          ['run', 'n', 'tier'],
          ['now'],
          ['unsubscribe_url'],
          ['profile'],
          ['entry'],
        ),
      ),
    ).toEqual([]);
    expect(check(variables(['user', 'name'], ['profil', 'first_name'], ['zzz']))).toMatchObject([
      {
        code: 'unknown-variable',
        severity: 'error',
        nodeId: 'm',
        path: 'subject',
        line: 1,
        hint: 'Did you mean {{ profile.name }}?',
      },
      { severity: 'error', hint: 'Did you mean {{ profile.first_name }}?' },
      { severity: 'error', hint: 'Variables begin with profile, entry, run or now.' },
    ]);
  });
  it('are warned of for traits, fields and results that nobody has seen', () => {
    expect(
      check(
        variables(['profile', 'firstname'], ['profile', 'address', 'town'], ['entry', 'nope'], ['run', 'n', 'teir']),
      ),
    ).toMatchObject([
      { severity: 'warning', hint: 'Did you mean {{ profile.first_name }}?' },
      { severity: 'warning' },
      { severity: 'warning', message: expect.stringContaining('“Bought” has never come with “nope”') as string },
      { severity: 'warning', hint: 'Did you mean {{ run.n.tier }}?' },
    ]);
    // Parts of what is known, what lies below it, what the journey sets itself, and the ends of lists.
    expect(
      check(
        variables(
          ['profile', 'address'],
          ['profile', 'address', 'city'],
          ['profile', 'id'],
          ['profile', 'lifecycle'],
          ['entry', 'items', 0, 'price'],
          ['entry', 'items', 'size'],
          ['entry', 'item', 'name', 'x'],
        ),
      ),
    ).toEqual([]);
    // Before anything was received nobody can tell.
    expect(check(variables(['profile', 'x'], ['entry', 'y']), { traits: [], events: [] })).toEqual([]);
  });
});

describe('other checks of messages', () => {
  it('a setting that the node does not know is an error', () => {
    expect(
      validate(graphOf({ subjekt: 'Hi', headers: [{ name: 'A', value: 'b', extra: 1 }] }), { manifests }),
    ).toMatchObject([
      { code: 'unknown-setting', severity: 'error', nodeId: 'm', path: 'subjekt', hint: 'Did you mean “subject”?' },
      { code: 'unknown-setting', path: 'headers[0].extra' },
    ]);
  });
  it('a channel without a provider is a warning on each of its steps', () => {
    expect(validate(graphOf({ subject: 'Hi' }), { manifests, withoutProvider: ['sms', 'email'] })).toMatchObject([
      {
        code: 'no-provider',
        severity: 'warning',
        nodeId: 'm',
        message: '“m” can’t reach anyone: email has no provider.',
      },
    ]);
    expect(validate(graphOf({ subject: 'Hi' }), { manifests, withoutProvider: ['sms'] })).toEqual([]);
  });
  it('a way out that follows another needs no line of its own', () => {
    expect(validate(graphOf({ subject: 'Hi' }), { manifests })).toEqual([]);
    const last = { ...graphOf({ subject: 'Hi' }), edges: graphOf({}).edges.filter(({ from }) => from !== 'm') };
    expect(validate(last, { manifests }).filter(({ code }) => code === 'unconnected-port')).toMatchObject([
      { nodeId: 'm', message: 'The journey ends after “m”.' },
    ]);
    const drawn = { ...last, edges: [...last.edges, { id: 'x', from: 'm', port: 'notReachable', to: 'end' }] };
    expect(validate(drawn, { manifests })).toMatchObject([
      { code: 'unconnected-port', message: 'People who leave “m” on “Sent” leave the journey there.' },
    ]);
  });
});

describe('fields of a config', () => {
  it('are found through lists, references and the shape that fits', () => {
    const schema = {
      type: 'object',
      $defs: { text: { type: 'string', widget: 'liquid' } },
      properties: {
        free: { type: 'object', additionalProperties: {} },
        rule: { widget: 'rule', type: 'object', properties: { op: {} } },
        body: { $ref: '#/$defs/text' },
        list: {
          type: 'array',
          items: {
            oneOf: [
              { type: 'object', properties: { kind: { const: 'a' }, a: {} } },
              { type: 'object', properties: { kind: { const: 'b' }, b: { $ref: '#/$defs/text' } } },
            ],
          },
        },
      },
    };
    const config = {
      free: { any: 1 },
      rule: { op: 'all', what: 1 },
      body: 'x',
      list: [
        { kind: 'a', a: 1, b: 2 },
        { kind: 'b', b: 'y' },
        { kind: 'c', z: 1 },
      ],
      __proto__x: 1,
      constructor: 2,
    };
    const { fields, unknown } = configFields({ schema, config });
    expect(unknown).toEqual(['list[0].b', '__proto__x', 'constructor']);
    expect(fields.filter((field) => field.schema['widget'] === 'liquid').map(({ path }) => path)).toEqual([
      'body',
      'list[1].b',
    ]);
  });
});

describe('the closest name', () => {
  it.each([
    ['firstname', 'first_name'],
    ['First Name', 'first_name'],
    ['fist_name', 'first_name'],
    ['frist_name', 'first_name'],
    ['plna', 'plan'],
    ['xyz', null],
    ['a', null],
    ['nothing', null],
  ])('of %s is %s', (name, expected) => {
    expect(closest(name, ['plan', 'first_name', 'id'])).toBe(expected);
  });
});
