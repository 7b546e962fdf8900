import { Injectable } from '@nestjs/common';
import type { GoesOn, JsonObject, Stand } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { SignalledRun } from '../enrollments/index.js';

export type DueMove = {
  workspace_id: string;
  id: string;
  version_id: string;
  from_versions: string[];
  nodes: Record<string, GoesOn>;
  state: 'moving' | 'taking-back';
};
/** A run to be told. `to_*`: what it is to go on with; `moved_from`: the step that the move took it from. */
export type ToldRun = SignalledRun & {
  id: string;
  node: string;
  visit: number;
  in_number: number;
  entry: JsonObject;
  moved_from: string;
  to_version: string;
  to_number: number;
  to_hash: string;
  stand: Stand | null;
};

/** How long a process may take over the people that it took. */
const leaseSeconds = 30;
/** How long a run that was told is given before it is told again. */
const patienceSeconds = 15;
/** Told so often in vain, it stays where it is. */
const mostTries = 40;

/** Of statements that find the next runs. */
export const nextRuns = ['enable_seqscan = off', 'enable_hashjoin = off', 'enable_mergejoin = off'];

/** What a run needs to be told; `to` is the version that it is to go on in. */
const toTell = (to: string, stand: string) => `
  select e.workspace_id, e.id, e.workflow_id, e.start, now_in.program_hash, now_in.number as in_number, e.node, r.node as moved_from,
    ${to} as to_version, t.number as to_number, t.program_hash as to_hash, ${stand} as stand,
    (
      select max(v.visit) from visits v
      where v.workspace_id = e.workspace_id and v.enrollment_id = e.id and v.node = e.node
    ) as visit,
    coalesce(ev.properties, e.entry_data, '{}') as entry
  from told r
  join enrollments e on e.workspace_id = $1 and e.id = r.enrollment_id
  join journey_versions now_in on now_in.workspace_id = $1 and now_in.id = e.version_id
  join journey_versions t on t.workspace_id = $1 and t.id = ${to}
  left join events ev on ev.workspace_id = $1
    and ev.id = e.entry_event_id
    and ev.received_at = e.entry_received_at
  where e.ended_at is null and e.node is not null`;

/** Moves as they are carried out. */
@Injectable()
export class MoverRepository {
  constructor(private readonly database: Database) {}

  /**
   * The move that was worked on least lately, which nobody else takes for some seconds. Those of paused journeys rest:
   * nobody in them can go on. Without scope: every row names its workspace.
   */
  async claim(): Promise<DueMove | null> {
    const [row] = await this.database.query<DueMove>(
      `update run_moves m set worked_at = now() + interval '${leaseSeconds} seconds'
       from (
         select r.workspace_id, r.id
         from run_moves r
         join journey_control c on c.workspace_id = r.workspace_id and c.journey_id = r.journey_id
         where r.state in ('moving', 'taking-back') and r.worked_at < now() and c.state <> 'paused'
         order by r.worked_at limit 1 for update of r skip locked
       ) due
       where m.workspace_id = due.workspace_id and m.id = due.id
       returning m.workspace_id, m.id, m.version_id, m.from_versions, m.nodes, m.state`,
    );
    return row ?? null;
  }

  /** It may be taken again: at once where there is more to do, else after a moment. */
  async rest(scope: Scope, { id, more }: { id: string; more: boolean }): Promise<void> {
    await this.database.query(
      `update run_moves set worked_at = case when $3 then now() else now() + interval '1 second' end
       where workspace_id = $1 and id = $2`,
      [scope.workspaceId, id, more],
    );
  }

  /** Unless it was stopped, or is to be taken back, meanwhile. */
  async settle(scope: Scope, { id, state }: Pick<DueMove, 'id' | 'state'>): Promise<void> {
    await this.database.query(
      'update run_moves set state = $4, settled_at = now() where workspace_id = $1 and id = $2 and state = $3',
      [scope.workspaceId, id, state, state === 'moving' ? 'moved' : 'taken-back'],
    );
  }

  /** Notes and returns the next runs that wait where the move takes people from. */
  async next(scope: Scope, { move, limit }: { move: DueMove; limit: number }): Promise<ToldRun[]> {
    return this.byIndex<ToldRun>(
      `with told as (
         insert into moved_runs (workspace_id, move_id, enrollment_id, version_id, node, state)
         select $1, $2, e.id, e.version_id, e.node, 'asked'
         from unnest($4::uuid[]) v(id) cross join unnest($5::text[]) n(node) cross join lateral (
           select id, version_id, node
           from enrollments
           where workspace_id = $1
             and version_id = v.id
             and node = n.node
             and ended_at is null
             and origin <> 'test'
             and not exists (
               select 1 from moved_runs m
               where m.workspace_id = $1 and m.move_id = $2 and m.enrollment_id = enrollments.id
             )
           limit $6
         ) e
         limit $6
         on conflict do nothing
         returning enrollment_id, node, stand
       ) ${toTell('$3::uuid', 'null::jsonb')}`,
      [scope.workspaceId, move.id, move.version_id, move.from_versions, Object.keys(move.nodes), limit],
    );
  }

  /** The same for who is to be taken back: nothing has happened to them since. */
  async nextBack(scope: Scope, { move, limit }: { move: DueMove; limit: number }): Promise<ToldRun[]> {
    return this.byIndex<ToldRun>(
      `with chosen as materialized (
         select m.enrollment_id, e.ended_at is null and e.version_id = $3 and e.step = m.step + 1 as there,
           case when e.id is null then 'gone' else 'elsewhere' end as reason
         from moved_runs m
         left join enrollments e on e.workspace_id = $1 and e.id = m.enrollment_id
         where m.workspace_id = $1 and m.move_id = $2 and m.state = 'moved'
         order by m.told_at
         limit $4
       ), told as (
         update moved_runs m set
           state = case when chosen.there then 'asked-back' else 'went-on' end,
           reason = case when not coalesce(chosen.there, false) then chosen.reason end, told_at = now(), tries = 1
         from chosen
         where m.workspace_id = $1 and m.move_id = $2 and m.enrollment_id = chosen.enrollment_id
         returning m.enrollment_id, m.node, m.stand, m.version_id, m.state
       ) ${toTell('r.version_id', 'r.stand')} and r.state = 'asked-back'`,
      [scope.workspaceId, move.id, move.version_id, limit],
    );
  }

  /**
   * Whoever was told and has not gone: those who are elsewhere by now have stayed, in the words of `state`; the others
   * are told again.
   */
  async overdue(scope: Scope, { move, limit }: { move: DueMove; limit: number }): Promise<ToldRun[]> {
    const back = move.state === 'taking-back';
    const there = back
      ? 'e.version_id = $3 and e.step = m.step + 1'
      : 'e.version_id = m.version_id and e.node = m.node';
    return this.byIndex<ToldRun>(
      `with chosen as materialized (
         select m.enrollment_id, e.ended_at is null and ${there} and m.tries < ${mostTries} as there,
           case
             when e.id is null then 'gone'
             when e.ended_at is null and ${there} then 'no-answer'
             else 'elsewhere'
           end as reason
         from moved_runs m
         left join enrollments e on e.workspace_id = $1 and e.id = m.enrollment_id
         where m.workspace_id = $1 and m.move_id = $2 and m.state = $4
           and m.told_at < now() - interval '${patienceSeconds} seconds'
         order by m.told_at
         limit $5
       ), told as (
         update moved_runs m set
           state = case when chosen.there then m.state else $6 end,
           reason = case when not coalesce(chosen.there, false) then chosen.reason end,
           settled_at = case when chosen.there then null else now() end,
           told_at = now(), tries = m.tries + 1
         from chosen
         where m.workspace_id = $1 and m.move_id = $2 and m.enrollment_id = chosen.enrollment_id and m.state = $4
         returning m.enrollment_id, m.node, m.stand, m.version_id, m.state
       ) ${back ? toTell('r.version_id', 'r.stand') : toTell('$3::uuid', 'null::jsonb')} and r.state = $4`,
      [scope.workspaceId, move.id, move.version_id, back ? 'asked-back' : 'asked', limit, back ? 'went-on' : 'stayed'],
    );
  }

  /** Whether somebody was told and has not gone yet. */
  async isAsking(scope: Scope, move: DueMove): Promise<boolean> {
    const [row] = await this.byIndex<{ asking: boolean }>(
      `select exists (
         select 1 from moved_runs where workspace_id = $1 and move_id = $2 and state in ('asked', 'asked-back', $3)
       ) as asking`,
      [scope.workspaceId, move.id, move.state === 'taking-back' ? 'moved' : 'asked'],
    );
    return row?.asking ?? false;
  }

  /** Their workflow is gone, or they are: nothing will come of it. */
  async lose(scope: Scope, { move, id }: { move: DueMove; id: string }): Promise<void> {
    await this.database.query(
      `update moved_runs set state = $4, reason = 'gone', settled_at = now()
       where workspace_id = $1 and move_id = $2 and enrollment_id = $3 and state in ('asked', 'asked-back')`,
      [scope.workspaceId, move.id, id, move.state === 'taking-back' ? 'went-on' : 'stayed'],
    );
  }

  /**
   * Of very many runs few are wanted at a time: a planner who expects to come upon them soon would read the table from
   * its beginning, each time past all who do not wait there.
   */
  private byIndex<Row extends object>(text: string, values: unknown[]): Promise<Row[]> {
    return this.database.transaction((sql) => sql.query<Row & Record<string, unknown>>(text, values), {
      settings: nextRuns,
    });
  }
}
