import type { Instruction, Program } from '@wend/contract';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { initialState, reduce } from './reduce.js';
import { firstSpans, keepingArms, spanParts, spansOf } from './spans.js';

type Arms = { port: string; weight: number }[];
type Spans = Map<string, [number, number][]>;

const arms: fc.Arbitrary<Arms> = fc
  .uniqueArray(
    fc.record({
      port: fc.constantFrom('a', 'b', 'c', 'd', 'e', '한글'),
      weight: fc.oneof(fc.integer({ min: 0, max: 100 }), fc.double({ min: 0, max: 1e6, noNaN: true })),
    }),
    { minLength: 1, maxLength: 6, selector: ({ port }) => port },
  )
  .filter((each) => each.some(({ weight }) => weight > 0.001));

const length = (spans: [number, number][] = []) => spans.reduce((sum, [from, to]) => sum + to - from, 0);
const share = (each: Arms, port: string) => {
  const total = each.reduce((sum, { weight }) => sum + weight, 0);
  return (each.find((arm) => arm.port === port)?.weight ?? 0) / total;
};

/** How many draws lead to the same port in both. */
function kept(before: Spans, after: Spans): number {
  let sum = 0;
  for (const [port, spans] of before)
    for (const [a, b] of spans)
      for (const [c, d] of after.get(port) ?? []) sum += Math.max(0, Math.min(b, d) - Math.max(a, c));
  return sum;
}

describe('spans of a random split', () => {
  it('cover every draw once, in the shares of the arms, and move as few as the shares allow', () => {
    fc.assert(
      fc.property(fc.array(arms, { minLength: 1, maxLength: 5 }), ([first, ...more]) => {
        let before = firstSpans(first!);
        let old = first!;
        for (const next of more) {
          const after = spansOf(next, before);
          const all = [...after.values()].flat().sort(([a], [b]) => a - b);
          let at = 0;
          for (const [from, to] of all) {
            expect(from).toBe(at);
            expect(to).toBeGreaterThan(from);
            at = to;
          }
          expect(at).toBe(spanParts);
          const ports = [...new Set([...old, ...next].map(({ port }) => port))];
          for (const { port } of next)
            expect(Math.abs(length(after.get(port)) / spanParts - share(next, port))).toBeLessThan(1e-9);
          const moved = 1 - kept(before, after) / spanParts;
          const needed = ports.reduce((sum, port) => sum + Math.abs(share(next, port) - share(old, port)), 0) / 2;
          expect(Math.abs(moved - needed)).toBeLessThan(1e-8);
          before = after;
          old = next;
        }
      }),
    );
  });

  it('of two arms are always where the shares alone have them', () => {
    const two = fc.tuple(fc.nat({ max: 100 }), fc.integer({ min: 1, max: 100 })).map(([a, b]) => [
      { port: 'a', weight: a },
      { port: 'b', weight: b },
    ]);
    fc.assert(
      fc.property(two, fc.array(two, { minLength: 1 }), (first, more) => {
        let spans = firstSpans(first);
        for (const next of more) spans = spansOf(next, spans);
        expect(spans).toEqual(firstSpans(more.at(-1)!));
      }),
    );
  });
});

type Split = Extract<Instruction, { op: 'split' }>;

function split(weights: Record<string, number>, by: 'person' | 'run' = 'person'): Split {
  return {
    node: 'split',
    enter: true,
    op: 'split',
    by,
    arms: Object.entries(weights).map(([port, weight]) => ({ weight, target: { port, pc: -1 } })),
  };
}

function programOf(instruction: Split): Program {
  return {
    format: 3,
    instructions: [instruction],
    facts: [],
    firstReads: [],
    exits: [],
    names: {},
    entryPaths: [],
    eventPaths: {},
  };
}

function portOf(program: Program, person: string): string | null {
  const mark = { position: '1', snapshot: '', time: 0 };
  const entry = { id: 'entry', name: 'In', time: 0, properties: {}, mark };
  const { commands } = reduce(program, initialState(program), { type: 'enrolled', at: 0, seed: 'run', person, entry });
  const left = commands.find((command) => command.type === 'leave');
  return left?.type === 'leave' ? left.port : null;
}

describe('a split that is published again', () => {
  const people = Array.from({ length: 2_000 }, (_, index) => `person-${index}`);
  const moves = (before: Program, after: Program) =>
    people.filter((person) => portOf(before, person) !== portOf(after, person)).length;

  it('leads people where they went, but for those whom the shares move', () => {
    const first = programOf(split({ a: 50, b: 50 }));
    const second = programOf(keepingArms(split({ a: 40, b: 50, c: 10 }), first));
    const third = programOf(keepingArms(split({ a: 40, c: 60 }), second));
    expect(moves(first, second) / people.length).toBeGreaterThan(0.07);
    expect(moves(first, second) / people.length).toBeLessThan(0.13);
    for (const person of people) {
      if (portOf(first, person) === 'b') expect(portOf(second, person)).toBe('b');
      if (portOf(second, person) === 'a') expect(portOf(third, person)).toBe('a');
    }
  });

  it('is what it was while its shares are, so that nothing new is published', () => {
    const first = programOf(split({ a: 1, b: 2, c: 3 }));
    expect(keepingArms(split({ a: 10, b: 20, c: 30 }), first).arms.some(({ spans }) => spans)).toBe(false);
    const second = programOf(keepingArms(split({ a: 3, b: 2, c: 1 }), first));
    expect(keepingArms(split({ a: 3, b: 2, c: 1 }), second)).toEqual(second.instructions[0]);
  });

  it('draws anew where each run does, or where that is changed', () => {
    const byRun = programOf(split({ a: 1, b: 1 }, 'run'));
    expect(keepingArms(split({ a: 1, b: 3 }, 'run'), byRun)).toEqual(split({ a: 1, b: 3 }, 'run'));
    expect(keepingArms(split({ a: 1, b: 3 }), byRun)).toEqual(split({ a: 1, b: 3 }));
  });

  it('leads nobody to an arm without a share', () => {
    const first = programOf(split({ a: 1, b: 1 }));
    const second = programOf(keepingArms(split({ a: 0, b: 3, c: 1 }), first));
    const ports = new Set(people.map((person) => portOf(second, person)));
    expect(ports).toEqual(new Set(['b', 'c']));
  });
});
