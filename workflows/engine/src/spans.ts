import type { Instruction, Program } from '@wend/contract';

type Span = [from: number, to: number];
type Split = Extract<Instruction, { op: 'split' }>;
type Arm = { port: string; weight: number };

/** Draws are whole numbers below this: 2^32, as `drawOf` makes them, so that what a share covers is exact. */
export const spanParts = 0x1_0000_0000;

/** How much of all draws each arm takes, in parts, by port: what is cumulative by port rounds up at each border. */
function sizesOf(arms: readonly Arm[]): Map<string, number> {
  const total = arms.reduce((sum, arm) => sum + Math.max(0, arm.weight), 0);
  const sizes = new Map<string, number>();
  let before = 0;
  let sum = 0;
  for (const { port, weight } of inPortOrder(arms)) {
    sum += Math.max(0, weight);
    const border = total > 0 ? Math.min(spanParts, Math.ceil((sum / total) * spanParts)) : 0;
    sizes.set(port, border - before);
    before = border;
  }
  return sizes;
}

function inPortOrder<Of extends { port: string }>(arms: readonly Of[]): Of[] {
  return [...arms].sort((a, b) => (a.port < b.port ? -1 : 1));
}

/** The spans of arms that no version before had: one after another, in the order of their ports. */
export function firstSpans(arms: readonly Arm[]): Map<string, Span[]> {
  const spans = new Map<string, Span[]>();
  let from = 0;
  for (const [port, size] of sizesOf(arms)) {
    spans.set(port, size > 0 ? [[from, from + size]] : []);
    from += size;
  }
  return spans;
}

/**
 * Which draws (from, inclusive, to `to`, exclusive; of `spanParts`) lead to which port, so that as few as can be lead
 * elsewhere than in `previous`: an arm that shrinks gives away, one that grows keeps what it has and takes what is free.
 * Both by choice what brings them to where the shares alone would have them, else from the left.
 */
export function spansOf(arms: readonly Arm[], previous: ReadonlyMap<string, readonly Span[]>): Map<string, Span[]> {
  const ideal = [...firstSpans(arms)].map(([port, own]) => ({ port, own, size: lengthOf(own) }));
  const kept = ideal.map(({ port, own, size }) => {
    const before = previous.get(port) ?? [];
    return firstOf([...common(before, own), ...common(before, outside(own))], size);
  });
  let free = outside(kept.flat());
  const take = (some: readonly Span[], most: number): Span[] => {
    const taken = firstOf(common(free, some), most);
    free = common(free, outside(taken));
    return taken;
  };
  const wished = ideal.map(({ own, size }, at) => [...kept[at]!, ...take(own, size - lengthOf(kept[at]!))]);
  return new Map(
    ideal.map(({ port, size }, at) => {
      const spans = wished[at]!;
      return [port, joined([...spans, ...take(free, size - lengthOf(spans))])];
    }),
  );
}

function lengthOf(spans: readonly Span[]): number {
  return spans.reduce((sum, [from, to]) => sum + to - from, 0);
}

/** The first `most` parts of spans. */
function firstOf(spans: readonly Span[], most: number): Span[] {
  let left = most;
  return spans.flatMap(([from, to]): Span[] => {
    const taken = Math.min(left, to - from);
    left -= taken;
    return taken > 0 ? [[from, from + taken]] : [];
  });
}

/** What is in both. */
function common(some: readonly Span[], others: readonly Span[]): Span[] {
  return some.flatMap(([from, to]) =>
    others.flatMap(([start, end]): Span[] => {
      const [later, earlier] = [Math.max(from, start), Math.min(to, end)];
      return later < earlier ? [[later, earlier]] : [];
    }),
  );
}

/** What of all draws is in none of these. */
function outside(spans: readonly Span[]): Span[] {
  const free: Span[] = [];
  let at = 0;
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    if (from > at) free.push([at, from]);
    at = to;
  }
  return at < spanParts ? [...free, [at, spanParts]] : free;
}

function joined(spans: readonly Span[]): Span[] {
  const result: Span[] = [];
  for (const [from, to] of [...spans].sort(([a], [b]) => a - b)) {
    const last = result.at(-1);
    if (last && last[1] === from) last[1] = to;
    else result.push([from, to]);
  }
  return result;
}

function armsOf(split: Split): Arm[] {
  return split.arms.map(({ weight, target: { port } }) => ({ port, weight }));
}

/** The draws of each arm of a split, also of one that was compiled without a version before it. */
function spansIn(split: Split): Map<string, Span[]> {
  return split.arms.some(({ spans }) => spans)
    ? new Map(split.arms.map(({ target: { port }, spans }) => [port, spans ?? []]))
    : firstSpans(armsOf(split));
}

/**
 * A split that leads people where the version before led them, as far as the shares allow; unchanged where that is what
 * its shares alone say, and where it draws anew for each run.
 */
export function keepingArms(split: Split, previous: Program | undefined): Split {
  const before = previous?.instructions.find(
    (each): each is Split => each.op === 'split' && each.node === split.node && each.by === split.by,
  );
  if (!before || split.by !== 'person') return split;
  const arms = armsOf(split);
  const spans = spansOf(arms, spansIn(before));
  if (JSON.stringify([...spans]) === JSON.stringify([...firstSpans(arms)])) return split;
  return { ...split, arms: split.arms.map((arm) => ({ ...arm, spans: spans.get(arm.target.port) ?? [] })) };
}
