import { reachableFrom } from '@wend/contract';
import type { Entry, Graph, GoesOn, Instruction, Program, PublishMoves, PublishPreview } from '@wend/contract';
import { movesFrom } from '@wend/engine';

/** A version that people are in. */
export type VersionInside = { id: string; number: number; program: Program };
/** People who stand at a step of a version. */
export type Stand = { versionId: string; node: string | null; people: number };

type Can = { follow: boolean; leave: boolean };

/** Where people can go from the steps of a version. */
export class WaysOn {
  private readonly known = new Map<string, Can>();

  constructor(
    readonly from: readonly VersionInside[],
    readonly to: Program,
  ) {}

  of(version: VersionInside, node: string): Can {
    const key = `${version.id} ${node}`;
    const can = this.known.get(key) ?? movesFrom(version.program, this.to, node);
    this.known.set(key, can);
    return can;
  }

  /** Versions that have the step. */
  having(node: string): VersionInside[] {
    return this.from.filter(({ program }) => program.instructions.some((each) => each.node === node));
  }

  /** Whether a step of the new version begins somewhere. */
  leadsTo(node: string): boolean {
    return this.to.instructions.some((each) => each.node === node && each.enter === true);
  }
}

/**
 * By the step that people wait at, where they go on: everybody at the same step where they follow and can, and as is said
 * of single steps. A step follows only where everybody who waits at it can.
 */
export function goesOnBy(ways: WaysOn, { people, steps = {} }: PublishMoves): Record<string, GoesOn> {
  const goes: Record<string, GoesOn> = {};
  if (people === 'follow')
    for (const node of new Set(ways.from.flatMap(({ program }) => program.instructions.map((each) => each.node)))) {
      const waiting = ways.from.map((version) => ways.of(version, node)).filter(({ leave }) => leave);
      if (waiting.length > 0 && waiting.every(({ follow }) => follow)) goes[node] = { follow: true };
    }
  for (const [node, step] of Object.entries(steps)) {
    if ('stay' in step) delete goes[node];
    // Who had gone on by the time that it is published takes no part.
    else if (ways.having(node).length > 0) goes[node] = step;
  }
  return goes;
}

/** Whom the moves take along, and who was meant and can’t go. */
export function takenAlong(
  ways: WaysOn,
  { standing, moves, goes }: { standing: readonly Stand[]; moves: PublishMoves; goes: Record<string, GoesOn> },
): {
  steps: Map<string, number>;
  left: Map<string, { people: number; why: PublishPreview['moves']['left'][number]['why'] }>;
} {
  const steps = new Map<string, number>();
  const left = new Map<string, { people: number; why: 'cannot-follow' | 'busy' }>();
  for (const { versionId, node, people } of standing) {
    const version = ways.from.find(({ id }) => id === versionId);
    if (!version || node === null) continue;
    const goesOn = goes[node];
    const can = ways.of(version, node);
    if (goesOn && ('to' in goesOn ? can.leave : can.follow)) steps.set(node, (steps.get(node) ?? 0) + people);
    else if (goesOn || (moves.people === 'follow' && !moves.steps?.[node]))
      left.set(node, {
        people: (left.get(node)?.people ?? 0) + people,
        why: can.leave ? 'cannot-follow' : 'busy',
      });
  }
  return { steps, left };
}

/** What lies before people who go on there: with the step itself for who begins it. */
export function ahead(graph: Pick<Graph, 'edges'>, node: string, goesOn: GoesOn): Set<string> {
  if ('to' in goesOn) return reachableFrom(graph, goesOn.to);
  return new Set(graph.edges.filter(({ from }) => from === node).flatMap(({ to }) => [...reachableFrom(graph, to)]));
}

/** So many seconds after people got there the step lets them go; null where that is asked of facts, or never. */
export function secondsAt({ instructions }: Program, node: string): number | null {
  const waits = instructions.filter((each) => each.node === node && (each.op === 'wait' || each.op === 'waitFor'));
  return waits.length === 1 ? secondsOf(waits[0]!) : null;
}

function secondsOf(wait: Instruction): number | null {
  if (wait.op === 'wait') return 'seconds' in wait.until ? wait.until.seconds : null;
  if (wait.op !== 'waitFor' || !wait.timeout || wait.timeout.fact !== undefined) return null;
  return wait.timeout.seconds;
}

/** Steps of the new version that people can be moved to: not those that let people in. */
export function targetsOf(
  ways: WaysOn,
  { graph, entries }: { graph: Pick<Graph, 'nodes'>; entries: readonly Entry[] },
): { node: string; name: string }[] {
  const letIn = new Set(entries.map(({ node }) => node));
  return Object.values(graph.nodes).flatMap(({ id, name }) =>
    !letIn.has(id) && ways.leadsTo(id) ? [{ node: id, name }] : [],
  );
}
