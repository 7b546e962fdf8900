import { api, graph as graphSchema, structureProblems } from '@wend/contract';
import type { Graph, Json, JourneySettings, JsonObject } from '@wend/contract';
import { isLoadable } from '@wend/contract/plain';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addNode,
  changeSettings,
  configureNode,
  connectNodes,
  moveNodes,
  redo,
  removeSelection,
  renameNode,
  undo,
} from './actions';
import { copyText, duplicateSelection, pasteText } from './clipboard';
import { manifests, sampleStore } from './editor.fixture';
import type { EditorStore } from './editor-store';
import { selectNodes } from './select';

/**
 * What a form may hold while somebody types: texts of any kind, numbers that are none yet, conditions without a name.
 */
const typed = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.constantFrom('', ' ', 'a\0b', '\ud800', '{{ profile.', 'x'.repeat(500)),
  fc.double(),
  fc.constantFrom(0, -1, 0.5, Number.NaN, Infinity),
  fc.constant(undefined),
  fc.boolean(),
  fc.constant(null),
);
const half: fc.Arbitrary<unknown> = fc.letrec((tie) => ({
  rule: fc.oneof(
    { depthSize: 'small' },
    fc.record(
      {
        op: fc.constant('compare'),
        left: fc.record({ source: fc.constantFrom('trait', 'property', 'eventCount', ''), path: typed, event: typed }),
        is: fc.constantFrom('equals', 'contains', 'oneOf'),
        value: fc.oneof(typed, fc.array(typed, { maxLength: 3 })),
      },
      { requiredKeys: ['op', 'left'] },
    ),
    fc.record({ op: fc.constantFrom('all', 'any'), rules: fc.array(tie('rule'), { maxLength: 3 }) }),
    fc.record({ op: fc.constant('not'), rule: tie('rule') }),
  ),
})).rule;
const settings = fc.record({
  reentry: fc.record(
    {
      rule: fc.constantFrom('never', 'after', 'whenLeft', 'always'),
      afterSeconds: fc.option(fc.oneof(fc.double(), fc.constantFrom(0, -1, 0.5, Number.NaN, Infinity)), {
        nil: undefined,
      }),
      key: fc.string({ unit: 'binary', maxLength: 300 }),
    },
    { requiredKeys: ['rule'] },
  ),
  exitCriteria: fc.array(
    fc.record(
      { id: fc.string({ unit: 'binary' }), event: fc.string({ unit: 'binary', maxLength: 300 }), where: half },
      { requiredKeys: ['id', 'event'] },
    ),
    { maxLength: 4 },
  ),
}) as unknown as fc.Arbitrary<JourneySettings>;
const config = fc.record({
  branches: fc.array(
    fc.record({
      id: fc.oneof(fc.string({ maxLength: 80 }), fc.constantFrom('', 'yes', 'no')),
      label: typed,
      rule: half,
    }),
    { maxLength: 4 },
  ),
  text: typed,
  duration: fc.record({ amount: typed, unit: fc.constantFrom('days', 'hours') }),
}) as unknown as fc.Arbitrary<JsonObject>;

type Edit = (store: EditorStore) => void | Promise<unknown>;
const pick = <T>(items: readonly T[], at: number): T | undefined => items[at % Math.max(items.length, 1)];
const idOf = (store: EditorStore, at: number) => pick(Object.keys(store.getState().graph.nodes).sort(), at) ?? '';
const number = fc.nat({ max: 1_000 });
const edit: fc.Arbitrary<Edit> = fc.oneof(
  fc.tuple(number, number).map(
    ([kind, at]): Edit =>
      (store) =>
        void addNode({
          store,
          manifest: pick(manifests, kind)!,
          target:
            at % 2 === 0
              ? { kind: 'edge', edgeId: pick(store.getState().graph.edges, at)?.id ?? '' }
              : { kind: 'port', nodeId: idOf(store, at), port: pick(['next', 'yes', 'no', 'else'], at)! },
        }),
  ),
  fc.tuple(number, fc.string({ unit: 'binary', maxLength: 300 })).map(
    ([at, name]): Edit =>
      (store) =>
        renameNode({ store, id: idOf(store, at), name }),
  ),
  fc.tuple(number, config).map(
    ([at, next]): Edit =>
      (store) =>
        configureNode({ store, id: idOf(store, at), config: next, path: 'x' }),
  ),
  settings.map(
    (next): Edit =>
      (store) =>
        changeSettings({ store, settings: next, path: 'x' }),
  ),
  fc.tuple(number, number).map(
    ([a, b]): Edit =>
      (store) =>
        void connectNodes({
          store,
          from: idOf(store, a),
          port: pick(['next', 'yes', 'no', 'else'], b)!,
          to: idOf(store, b),
        }),
  ),
  fc.tuple(number, number, number).map(
    ([at, x, y]): Edit =>
      (store) =>
        moveNodes({ store, positions: { [idOf(store, at)]: { x: x * 8, y: y * 8 } } }),
  ),
  fc.array(number, { minLength: 1, maxLength: 3 }).map((all): Edit => (store) => {
    selectNodes({ store, ids: all.map((at) => idOf(store, at)) });
    duplicateSelection(store);
  }),
  number.map((at): Edit => async (store) => {
    selectNodes({ store, ids: [idOf(store, at)] });
    await pasteText({ store, text: copyText(store) ?? '' });
  }),
  number.map((at): Edit => (store) => {
    selectNodes({ store, ids: [idOf(store, at)] });
    removeSelection(store);
  }),
  fc.constant<Edit>(undo),
  fc.constant<Edit>(redo),
);

const throughJson = (graph: Graph) => JSON.parse(JSON.stringify(graph)) as Graph;
/** As the server mends halves of characters; NUL it refuses. */
const mended = (value: Json): Json =>
  JSON.parse(JSON.stringify(value), (_, item: unknown) =>
    typeof item === 'string' ? (item as string & { toWellFormed(): string }).toWellFormed() : item,
  ) as Json;

describe('whatever the editor can make of a draft', () => {
  it('the server takes and gives back as it was, and the copy in the browser restores', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { maxLength: 12 }), async (edits) => {
        const store = sampleStore();
        for (const make of edits) await make(store);
        const sent = mended(throughJson(store.getState().graph) as unknown as Json) as unknown as Graph;
        const taken = api.saveDraft.body!.safeParse({ graph: sent, revision: 3 });
        expect(taken.error?.issues ?? []).toEqual([]);
        expect(structureProblems(sent)).toEqual([]);
        expect((taken.data as { graph: Graph }).graph).toEqual(sent);
        expect(isLoadable(throughJson(store.getState().graph))).toBe(true);
      }),
      { numRuns: 300 },
    );
  }, 60_000);

  it('what can be loaded without a schema, the schema takes, and what the schema takes can be loaded', () => {
    fc.assert(
      fc.property(
        fc.json().map((text) => JSON.parse(text) as unknown),
        fc.constantFrom('nodes', 'edges', 'settings', 'all'),
        (junk, where) => {
          const graph: unknown = where === 'all' ? junk : { ...sampleStore().getState().graph, [where]: junk };
          if (graphSchema.safeParse(graph).success && typeof (graph as Graph).settings === 'object')
            expect(isLoadable(graphSchema.parse(graph))).toBe(true);
        },
      ),
    );
  });
});
