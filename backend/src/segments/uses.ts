import { Injectable } from '@nestjs/common';
import type { Graph, SegmentUse } from '@wend/contract';
import { Remembered } from '../platform/cache/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UsesRepository } from './uses.repository.js';

/** Graphs are many and large: whoever looks at the list has them read once in a while. */
const freshMs = (tookMs: number) => Math.min(60_000, Math.max(2_000, 20 * tookMs));

const uuids = /[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}/g;

/** Where a segment is used: drafts and live versions of journeys, and other segments. */
@Injectable()
export class SegmentUses {
  private readonly counted = new Remembered<Map<string, number>>();

  constructor(private readonly repository: UsesRepository) {}

  /** How many journeys and segments read each segment: for lists, where a minute matters to nobody. */
  async counts(scope: Scope): Promise<(id: string) => number> {
    const counts = await this.counted.get(scope.workspaceId, { freshMs, load: () => this.count(scope) });
    return (id) => counts.get(id) ?? 0;
  }

  private async count(scope: Scope): Promise<Map<string, number>> {
    const counts = new Map<string, number>();
    for (const { id: own, text } of await this.repository.texts(scope))
      for (const id of new Set(text.match(uuids))) if (id !== own) counts.set(id, (counts.get(id) ?? 0) + 1);
    return counts;
  }

  /** Segments that people are still to be copied into from this one. */
  copies(scope: Scope, options: { id: string; sql: Sql }): Promise<{ id: string; name: string }[]> {
    return this.repository.copies(scope, options);
  }

  async of(scope: Scope, { id, sql }: { id: string; sql?: Sql }): Promise<SegmentUse[]> {
    const asked = { id, ...(sql && { sql }) };
    const journeys = await this.repository.journeys(scope, asked);
    const segments = await this.repository.segments(scope, asked);
    return [
      ...journeys.map((journey): SegmentUse => ({
        kind: 'journey',
        id: journey.id,
        name: journey.name,
        places: [...new Set([journey.draft, ...journey.live].flatMap((graph) => placesIn(graph, id)))],
        draft: journey.draft !== null,
        live: journey.live.length > 0,
      })),
      ...segments.map((segment): SegmentUse => ({
        kind: 'segment',
        id: segment.id,
        name: segment.name,
        places: [],
        draft: segment.archived,
        live: !segment.archived,
      })),
    ];
  }
}

/** Names of the steps that say the id; `settings` for what belongs to the journey itself. */
function placesIn(graph: Graph | null, id: string): string[] {
  if (graph === null) return [];
  const says = (value: unknown): boolean => JSON.stringify(value).includes(id);
  return [
    ...Object.values(graph.nodes).flatMap(({ name, config }) => (says(config) ? [name] : [])),
    ...(says(graph.settings) ? ['settings'] : []),
  ];
}
