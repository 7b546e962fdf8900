import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { reachableFrom } from './edit.js';
import type { Graph } from './graph.js';
import { loopsOf } from './validate-loops.js';

/** Without any care for time: what is left when ends are taken away one by one, what each node reaches, and what comes back. */
function plainLoops(given: Graph['edges']): string[][] {
  const edges = withoutEnds(given);
  const seen = new Set<string>();
  const reach = (id: string): string[] => [...reachableFrom({ edges }, id)];
  return [...new Set(edges.map(({ from }) => from))].flatMap((id) => {
    const comesBack = edges.some(({ from, to }) => to === id && reach(id).includes(from));
    if (seen.has(id) || !comesBack) return [];
    const loop = reach(id).filter((other) => reach(other).includes(id));
    for (const other of loop) seen.add(other);
    return [loop];
  });
}

function withoutEnds(edges: Graph['edges']): Graph['edges'] {
  const rest = edges.filter(
    ({ from, to }) => edges.some((other) => other.to === from) && edges.some((other) => other.from === to),
  );
  return rest.length === edges.length ? rest : withoutEnds(rest);
}

const edge = ([from, to]: readonly [number, number], index: number): Graph['edges'][number] => ({
  id: `e${index}`,
  from: `n${from}`,
  port: `p${index}`,
  to: `n${to}`,
});

describe('loopsOf', () => {
  it('finds what a plain search finds, in any graph and in the same order', () => {
    const node = fc.nat({ max: 9 });
    fc.assert(
      fc.property(fc.array(fc.tuple(node, node), { maxLength: 20 }), (pairs) => {
        const edges = pairs.map(edge);
        expect(loopsOf(edges)).toEqual(plainLoops(edges));
      }),
      { numRuns: 1_000 },
    );
  });
});
