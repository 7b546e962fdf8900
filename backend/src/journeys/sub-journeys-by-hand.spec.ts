import { inlineSubJourneys, manifestsByKey, outermost } from '@wend/contract';
import type { Command, Graph } from '@wend/contract';
import { compile } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { builtInNodes, subJourneyEnd } from '@wend/nodes';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { entry, graphOf } from '../../test/graph-of.js';
import type { Step } from '../../test/graph-of.js';
import { among, calls, equals, exit, idOf, journeyEntry, says, waits } from '../../test/sub-journey-steps.js';
import { play } from '../../test/virtual-answers.js';

/** A journey with sub-journeys, beside the same steps drawn in one journey by hand. */

const start = Date.UTC(2026, 2, 2, 9);
const day = 86_400_000;
const definitions = new Map([...builtInNodes, subJourneyEnd].map((node) => [nodeKey(node.manifest), node]));
const manifests = manifestsByKey(builtInNodes.map((node) => node.manifest));
const property = (path: string) => ({ source: 'property', path });

/** A small journey, to be drawn in two ways: where it leads by which way out. */
type PlanStep = { kind: 'branch' | 'tell' | 'wait' | 'event' | 'fetch' | 'card'; ways: [number, number]; of: number };
type Plan = PlanStep[];

/** In a plan these places are its ends: what its results are called, and one without. */
const ends = ['won', 'lost', ''] as const;
const size = 5;

describe('steps of a sub-journey', () => {
  const kinds = (deep: boolean) =>
    fc.constantFrom<PlanStep['kind']>('branch', 'tell', 'wait', 'event', 'fetch', ...(deep ? (['card'] as const) : []));
  const anyPlan = (deep: boolean): fc.Arbitrary<Plan> =>
    fc
      .array(fc.record({ kind: kinds(deep), ways: fc.tuple(fc.nat(99), fc.nat(99)), of: fc.nat(size - 1) }), {
        minLength: size,
        maxLength: size,
      })
      .map((steps) =>
        steps.map((step, place) => {
          // Only what takes time leads back.
          const first = step.kind === 'wait' ? 0 : place + 1;
          const ways = step.ways.map((way) => first + (way % (size + ends.length - first))) as [number, number];
          return { ...step, ways };
        }),
      );
  const trigger = { kind: 'event', event: 'Ping' };

  /** One step of a plan. `ref` and `seen`: how it names steps beside it, and what people entered with. */
  function stepOf(
    step: PlanStep,
    {
      id,
      to,
      ref,
      seen,
    }: { id: string; to: [string, string]; ref: (place: number) => string; seen: (path: string) => string },
  ): Step {
    const result = `run.${ref(step.of)}`;
    switch (step.kind) {
      case 'branch':
        return {
          id,
          type: 'wend/branch',
          config: {
            branches: [
              {
                id: 'yes',
                label: 'Yes',
                rule: {
                  op: 'any',
                  rules: [
                    equals({ source: 'run', path: `${ref(step.of)}.v` }, 'v2'),
                    equals({ source: 'entry', path: 'vip' }, true),
                  ],
                },
              },
            ],
          },
          to: { yes: to[0], else: to[1] },
        };
      case 'tell':
        return says(id, `${seen('x')} {{ ${result}.v }} {{ ${result}.kind | default: "none" }} ${seen('y')}`, {
          to: { next: to[0] },
        });
      case 'wait':
        return waits(id, to[0], 1 + step.of);
      case 'event':
        return {
          id,
          type: 'wend/wait-for-events',
          config: {
            events: [
              {
                id: 'came',
                label: 'Came',
                trigger: { ...trigger, where: equals(property('kind'), step.of < 2 ? { entry: 'x' } : 'other') },
              },
            ],
            timeout: { amount: 2, unit: 'days' },
          },
          to: { came: to[0], timeout: to[1] },
        };
      case 'fetch':
        return {
          id,
          type: 'wend/fetch-data',
          config: { method: 'GET', url: 'https://example.com', take: [{ name: 'v', path: '' }] },
          to: { ok: to[0], failed: to[1] },
        };
      case 'card':
        throw new Error('A card is drawn by what calls it.');
    }
  }

  const drawn = (plan: Plan, inner?: Plan): Graph => {
    const place = (at: number) => (at < size ? `s${at}` : `e${at - size}`);
    return graphOf([
      journeyEntry('s0'),
      ...plan.map((step, at): Step => {
        const [yes, no] = step.ways.map(place) as [string, string];
        if (step.kind === 'card' && inner)
          return calls(`s${at}`, {
            journey: idOf('2'),
            inputs: { x: '{{ entry.x }}', vip: '{{ entry.vip }}', y: `s${at}` },
            results: ['won'],
            to: { won: yes, done: no },
          });
        return stepOf(step, {
          id: `s${at}`,
          to: [yes, no],
          ref: (of) => `s${of}`,
          seen: (path) => `{{ entry.${path} }}`,
        });
      }),
      ...ends.map((result, at) => exit(`e${at}`, result)),
    ]);
  };
  /** The same steps by hand, under names that begin with `prefix`; ends are where `out` leads. */
  const byHand = (
    plan: Plan,
    { prefix, card, out, inner }: { prefix: string; card: string; out: (result: string) => string; inner?: Plan },
  ): Step[] => {
    const place = (at: number): string => {
      const step = plan[at];
      if (!step) return out(ends[at - size] ?? '');
      return step.kind === 'card' && inner ? `${prefix}s${at}__s0` : `${prefix}s${at}`;
    };
    return plan.flatMap((step, at): Step[] => {
      const [yes, no] = step.ways.map(place) as [string, string];
      const id = `${prefix}s${at}`;
      if (step.kind === 'card' && inner)
        return byHand(inner, {
          prefix: `${id}__`,
          card: `s${at}`,
          out: (result) => (result === 'won' ? yes : no),
        });
      const seen = (path: string) => (path === 'y' ? card : `{{ entry.${path} }}`);
      return [stepOf(step, { id, to: [yes, no], ref: (of) => `${prefix}s${of}`, seen })];
    });
  };
  const frame = (steps: Step[], first: string) =>
    graphOf([
      entry('Came', 'before'),
      says('before', '{{ entry.x }}', { to: { next: first } }),
      ...steps,
      says('after', '{{ profile.said }}!', { to: { next: 'end' } }),
      waits('pause', 'end'),
      exit('end'),
    ]);
  const compiled = (graph: Graph) => {
    const result = compile({ graph, definitions });
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    return result.program;
  };

  it('do what they would do if they were drawn where the card is, however deep', { timeout: 60_000 }, () => {
    const events = fc.array(
      fc.record({ hours: fc.integer({ min: 0, max: 240 }), kind: fc.constantFrom('one', 'other') }),
      { maxLength: 6 },
    );
    fc.assert(
      fc.property(anyPlan(true), anyPlan(false), events, fc.boolean(), (plan, inner, came, vip) => {
        const outOf = { won: 'after', lost: 'pause', '': 'end' } as const;
        const inlined = inlineSubJourneys(
          frame(
            [
              calls('c', {
                journey: idOf('1'),
                inputs: { x: '{{ entry.x }}', vip: '{{ entry.vip }}', y: 'c' },
                results: ['won', 'lost'],
                to: { won: outOf.won, lost: outOf.lost, done: outOf[''] },
              }),
            ],
            'c',
          ),
          {
            journey: 'top',
            childOf: among({ 1: drawn(plan, inner), 2: drawn(inner) }),
            manifests,
          },
        );
        expect(inlined.issues).toEqual([]);
        const hand = frame(
          byHand(plan, { prefix: 'c__', card: 'c', out: (result) => outOf[result as keyof typeof outOf], inner }),
          plan[0]?.kind === 'card' ? 'c__s0__s0' : 'c__s0',
        );
        const story = (graph: Graph) => {
          const { commands, steps, state } = play(compiled(graph), {
            properties: { x: 'one', vip },
            traits: { said: 'nothing' },
            until: start + 20 * day,
            events: came.map(({ hours, kind }) => ({
              at: start + hours * 3_600_000,
              name: 'Ping',
              properties: { kind },
            })),
            call: ({ visit }) => ({
              kind: 'done',
              port: visit % 3 === 0 ? 'failed' : 'ok',
              output: { v: `v${visit}` },
            }),
          });
          const own = commands.flatMap((command) => {
            if ('node' in command && isOfCard(graph, command.node)) return [];
            const { trace: _, ...rest } = command as Command & { trace?: unknown };
            return [JSON.stringify(rest).replaceAll('~', '__')];
          });
          return { own, at: steps.map(({ at }) => at), ended: state.ended };
        };
        expect(story(inlined.graph)).toEqual(story(hand));
      }),
      { numRuns: 100 },
    );
  });

  it('are all found by their ids in the graph that is kept of a version, with the settings that hold there', () => {
    fc.assert(
      fc.property(anyPlan(true), anyPlan(false), (plan, inner) => {
        const graph = frame(
          [
            calls('c', {
              journey: idOf('1'),
              inputs: { x: 1, vip: true, y: 'c' },
              results: ['won'],
              to: { won: 'after', done: 'pause' },
            }),
          ],
          'c',
        );
        const children = { 1: drawn(plan, inner), 2: drawn(inner) };
        const { graph: inlined } = inlineSubJourneys(graph, {
          journey: 'top',
          childOf: among(children),
          manifests,
        });
        const program = compiled(inlined);
        for (const { node } of program.instructions) {
          expect(inlined.nodes).toHaveProperty([node]);
          expect(program.names[node]).toBe(inlined.nodes[node]?.name);
          expect(graph.nodes).toHaveProperty([outermost(node)]);
        }
      }),
    );
  });
});

/** The card itself, and what stands for its ends: nobody draws those by hand. */
function isOfCard({ nodes }: Graph, node: string): boolean {
  return ['wend/sub-journey', 'wend/sub-journey-end'].includes(nodes[node]?.type ?? '');
}
