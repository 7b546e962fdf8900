import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Graph, GraphNode } from '../graph.js';
import { compareGraphs, countChanges } from './compare-graphs.js';
import { lineChanges } from './line-changes.js';
import { sameJson } from './same-json.js';
import { settingChanges } from './setting-changes.js';

const node = (id: string, config: GraphNode['config'] = {}, more: Partial<GraphNode> = {}): GraphNode => ({
  id,
  type: 'wend/wait',
  version: 1,
  name: id,
  config,
  position: { x: 0, y: 0 },
  ...more,
});
const graph = (nodes: GraphNode[], ways: [string, string][], settings: Partial<Graph['settings']> = {}): Graph => ({
  nodes: Object.fromEntries(nodes.map((each) => [each.id, each])),
  edges: ways.map(([from, to]) => ({ id: `${from}-${to}`, from, port: 'next', to })),
  settings: { reentry: { rule: 'never' }, exitCriteria: [], ...settings },
});

describe('what a graph changes of another', () => {
  const before = graph(
    [node('entry'), node('wait', { days: 1 }), node('mail', { subject: '안녕' })],
    [
      ['entry', 'wait'],
      ['wait', 'mail'],
    ],
  );

  it('is nothing when only cards were moved and edges are called otherwise', () => {
    const moved = structuredClone(before);
    moved.nodes['wait']!.position = { x: 400, y: 0 };
    moved.edges = moved.edges.map((edge) => ({ ...edge, id: `${edge.id}-again` })).reverse();
    expect(countChanges(compareGraphs({ before, after: moved }))).toBe(0);
  });

  it('names what was added, changed, removed, and leads elsewhere', () => {
    const after = graph(
      [node('entry'), node('exit'), node('mail', { subject: '잘 가' }, { name: 'Goodbye', version: 2 })],
      [
        ['entry', 'mail'],
        ['mail', 'exit'],
      ],
      { reentry: { rule: 'always' } },
    );
    const changes = compareGraphs({ before, after });
    expect(changes.added.map(({ id }) => id)).toEqual(['exit']);
    expect(changes.removed.map(({ id }) => id)).toEqual(['wait']);
    expect(changes.changed.map((each) => [each.node.id, each.fields])).toEqual([
      ['mail', ['name', 'version', 'subject']],
    ]);
    expect(changes.rewired.map(({ id }) => id)).toEqual(['entry', 'mail']);
    expect(changes.settings).toEqual(['reentry']);
    expect(countChanges(changes)).toBe(5);
  });

  it('does not mind the order of keys, which a database may change', () => {
    expect(sameJson({ a: 1, b: [{ c: 1, d: undefined }] }, { b: [{ c: 1 }], a: 1 })).toBe(true);
    expect(sameJson([1, 2], [2, 1])).toBe(false);
  });
});

describe('settings that differ', () => {
  const schema = {
    $defs: { way: { properties: { label: { title: 'Label' }, rule: { title: 'Condition', widget: 'rule' } } } },
    properties: {
      subject: { title: 'Subject' },
      duration: { title: 'Wait for', properties: { amount: {}, unit: {} } },
      branches: { title: 'Branches', items: { $ref: '#/$defs/way' } },
    },
  };
  const told = (before: GraphNode['config'], after: GraphNode['config']) =>
    settingChanges({ before, after, schema }).map(({ path, labels, before: old, after: now }) => [
      path,
      labels,
      old,
      now,
    ]);

  it('are told by the names that they have in the form, a duration and a rule as one', () => {
    expect(
      told(
        { subject: 'Hi', duration: { amount: 1, unit: 'days' }, gone: true },
        { subject: '안녕', duration: { amount: 2, unit: 'days' } },
      ),
    ).toEqual([
      ['subject', ['Subject'], 'Hi', '안녕'],
      ['duration', ['Wait for'], { amount: 1, unit: 'days' }, { amount: 2, unit: 'days' }],
      ['gone', ['gone'], true, undefined],
    ]);
  });

  it('know items of a list by their ids, wherever they stand', () => {
    const [yes, no] = [
      { id: 'y', label: 'Yes', rule: { all: [] } },
      { id: 'n', label: 'No', rule: { all: [] } },
    ];
    expect(told({ branches: [yes, no] }, { branches: [no, { ...yes, rule: { any: [1] } }] })).toEqual([
      ['branches[0].rule', ['Branches', 'Yes', 'Condition'], { all: [] }, { any: [1] }],
    ]);
    expect(told({ branches: [yes] }, { branches: [yes, no] })).toEqual([
      ['branches[1]', ['Branches', 'No'], undefined, no],
    ]);
    // Only the order differs, which is told too.
    expect(told({ branches: [yes, no] }, { branches: [no, yes] })).toEqual([
      ['branches', ['Branches'], [yes, no], [no, yes]],
    ]);
  });

  it('are there exactly when the settings differ', () => {
    const config = fc.dictionary(fc.constantFrom('subject', 'duration', 'branches', 'x'), fc.jsonValue());
    fc.assert(
      fc.property(config, config, (before, after) => {
        const changes = settingChanges({ before: before as never, after: after as never, schema });
        expect(changes.length > 0).toBe(!sameJson(before, after));
      }),
    );
  });
});

describe('lines that differ', () => {
  it('are as few as possible', () => {
    expect(lineChanges({ before: 'a\nb\nc', after: 'a\nx\nc\nd' })).toEqual([
      { kind: 'same', text: 'a' },
      { kind: 'removed', text: 'b' },
      { kind: 'added', text: 'x' },
      { kind: 'same', text: 'c' },
      { kind: 'added', text: 'd' },
    ]);
  });

  it('give both texts back, whatever they are', () => {
    const text = fc.array(fc.constantFrom('a', 'b', '한글', ''), { maxLength: 12 }).map((lines) => lines.join('\n'));
    fc.assert(
      fc.property(text, text, (before, after) => {
        const changes = lineChanges({ before, after });
        const of = (kind: string) =>
          changes.filter((each) => each.kind === kind || each.kind === 'same').map((each) => each.text);
        expect(of('removed').join('\n')).toBe(before);
        expect(of('added').join('\n')).toBe(after);
      }),
    );
  });
});
