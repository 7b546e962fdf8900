import { Injectable } from '@nestjs/common';
import type { Graph, SegmentUse } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import { UsesRepository } from './uses.repository.js';

/** Where a segment is used: drafts and live versions of journeys, and other segments. */
@Injectable()
export class SegmentUses {
  constructor(private readonly repository: UsesRepository) {}

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
