import { Injectable } from '@nestjs/common';
import { calledIn } from '@wend/contract';
import type { Called, Child, ChildOf, Graph } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

type Row = { id: string; number: number; name: string; archived: boolean; graph: Graph | null };

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const keyOf = ({ journey, version }: Called) => `${journey.toLowerCase()} ${version}`;

/** Reads what the sub-journeys of a graph call, and what that calls, for `inlineSubJourneys`. */
@Injectable()
export class SubJourneyRepository {
  constructor(private readonly database: Database) {}

  async childrenOf(scope: Scope, graph: Graph, sql: Pick<Sql, 'query'> = this.database): Promise<ChildOf> {
    const known = new Map<string, Child>();
    // A circle comes to nothing new; what is too deep is found out with one read more than there may be.
    for (let open = calledIn(graph); open.length > 0;) {
      const rows = await this.read(scope, open, sql);
      for (const called of open) known.set(keyOf(called), childFrom(rows.get(keyOf(called))));
      open = open
        .flatMap((called) => graphOf(known.get(keyOf(called))))
        .flatMap(calledIn)
        .filter((called) => !known.has(keyOf(called)));
    }
    return (called) => known.get(keyOf(called)) ?? childFrom(undefined);
  }

  private async read(scope: Scope, asked: Called[], sql: Pick<Sql, 'query'>): Promise<Map<string, Row>> {
    const ids = asked.filter(({ journey }) => uuid.test(journey));
    const rows = await sql.query<Row>(
      `select j.id, a.number, j.name, j.archived_at is not null as archived, v.graph
       from unnest($2::uuid[], $3::int[]) as a (journey_id, number)
       join journeys j on j.workspace_id = $1 and j.id = a.journey_id
       left join journey_versions v on v.workspace_id = $1 and v.journey_id = j.id and v.number = a.number`,
      [scope.workspaceId, ids.map(({ journey }) => journey), ids.map(({ version }) => version)],
    );
    return new Map(rows.map((row) => [keyOf({ journey: row.id, version: row.number }), row]));
  }
}

function graphOf(child: Child | undefined): Graph[] {
  return child && 'graph' in child ? [child.graph] : [];
}

function childFrom(row: Row | undefined): Child {
  if (!row) return { refused: 'This journey doesn’t exist any more.', hint: 'Choose another journey for the step.' };
  const { name, archived, graph, number } = row;
  if (archived) return { refused: `“${name}” is archived.`, hint: 'Restore it, or choose another journey.' };
  if (!graph)
    return {
      refused: `“${name}” has no version ${number}.`,
      hint: 'Choose one of its published versions.',
    };
  return { name, graph };
}
