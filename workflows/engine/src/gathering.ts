import type { ArmCount, GatheredEvent } from '@wend/contract';

/** `way`: the place of the way that is complete. `gathered`: what it took, in the order in which it was seen. */
export type Completion = { way: number; gathered: GatheredEvent[] };

/**
 * What a wait has seen of events that it takes several of. Give it events in the order of their receipt, and the arms
 * of one event in their order. An event counts once for each arm that it fits. The way that is complete first wins; of
 * several at once the one that stands first.
 */
export class Gathering {
  private readonly seen: GatheredEvent[] = [];

  constructor(private readonly ways: readonly (readonly ArmCount[])[]) {}

  /** The way that this event completes; null while something is missing. */
  add(next: GatheredEvent): Completion | null {
    if (this.seen.some(({ arm, event }) => arm === next.arm && event.id === next.event.id)) return null;
    this.seen.push(next);
    const way = this.ways.findIndex((counts) => counts.every(({ arm, times }) => this.of(arm).length >= times));
    return way < 0 ? null : { way, gathered: this.taken(this.ways[way]!) };
  }

  private of(arm: number): GatheredEvent[] {
    return this.seen.filter((each) => each.arm === arm);
  }

  private taken(counts: readonly ArmCount[]): GatheredEvent[] {
    const taken = new Set(counts.flatMap(({ arm, times }) => this.of(arm).slice(0, times)));
    return this.seen.filter((each) => taken.has(each));
  }
}

/** The way that is complete with the last of these events, and was not before; null when none is. */
export function completionOf(
  ways: readonly (readonly ArmCount[])[],
  gathered: readonly GatheredEvent[],
): Completion | null {
  const gathering = new Gathering(ways);
  for (const [index, each] of gathered.entries()) {
    const completion = gathering.add(each);
    if (completion) return index === gathered.length - 1 ? completion : null;
  }
  return null;
}
