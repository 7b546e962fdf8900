import { randomUUID } from 'node:crypto';
import type { JsonObject } from '@wend/contract';
import { BurstRepository } from '../src/entry-windows/burst.repository.js';
import { DebounceWindows } from '../src/entry-windows/debounce-windows.js';
import { EntryWindows } from '../src/entry-windows/entry-windows.service.js';
import { OmissionWindows } from '../src/entry-windows/omission-windows.js';
import { OmissionRepository } from '../src/entry-windows/omission.repository.js';
import { WindowDecisions } from '../src/entry-windows/window-decisions.service.js';
import { WindowKinds } from '../src/entry-windows/window-kinds.js';
import { WindowEventRepository } from '../src/entry-windows/window-event.repository.js';
import { WindowStepRepository } from '../src/entry-windows/window-step.repository.js';
import { WindowRepository } from '../src/entry-windows/window.repository.js';
import type { Entering } from '../src/enrollments/index.js';
import type { Database } from '../src/platform/database/index.js';
import { mergeProfiles } from '../src/profiles/index.js';
import { enteringOf } from './router.js';
import { seedJourney } from './seed.js';
import type { Seeded } from './seed.js';

/** Windows of a journey with one entry, on a clock of its own. */
export class WindowBench {
  seeded!: Seeded;
  readonly steps: WindowStepRepository;
  readonly repository: WindowRepository;
  readonly events: WindowEventRepository;
  readonly decisions: WindowDecisions;
  readonly kinds: WindowKinds;
  readonly entering: Entering;

  constructor(readonly database: Database) {
    this.steps = new WindowStepRepository(database);
    this.repository = new WindowRepository(database);
    this.events = new WindowEventRepository(database);
    this.kinds = new WindowKinds(
      new OmissionWindows(this.events, new OmissionRepository(database)),
      new DebounceWindows(this.events, new BurstRepository(database)),
    );
    this.decisions = new WindowDecisions(this.kinds);
    this.entering = enteringOf(database);
  }

  windows(entering: Pick<Entering, 'enter'> = this.entering, repository = this.repository): EntryWindows {
    const { database, events, steps, kinds, decisions } = this;
    return new EntryWindows(database, repository, events, steps, kinds, decisions, entering as Entering);
  }

  /** Lets people in, and is killed before that is true. */
  killed(): EntryWindows {
    return this.windows({
      enter: (candidates, options) =>
        this.entering.enter(candidates, {
          ...options,
          also: async (given) => {
            await options?.also?.(given);
            throw new Error('killed');
          },
        }),
    });
  }

  async newWorkspace(): Promise<void> {
    this.seeded = await seedJourney(this.database);
  }

  async publish(entry: JsonObject, reentry: JsonObject = { rule: 'always' }): Promise<void> {
    const { database, seeded } = this;
    await database.query('update journey_versions set entries = $2, reentry = $3 where id = $1', [
      seeded.versionId,
      JSON.stringify([{ node: 'entry', ...entry }]),
      JSON.stringify(reentry),
    ]);
    await database.query('update journeys set published_version = 1 where id = $1', [seeded.journeyId]);
    await database.query(`update journey_control set state = 'live' where journey_id = $1`, [seeded.journeyId]);
    await database.transaction((sql) =>
      this.steps.replace(seeded, {
        sql,
        kind: String(entry['kind']),
        journeyId: seeded.journeyId,
        nodes: ['entry'],
        before: ['entry'],
      }),
    );
  }

  async close(): Promise<void> {
    await this.database.query(`update journey_control set state = 'stopped' where journey_id = $1`, [
      this.seeded.journeyId,
    ]);
    await this.database.transaction((sql) => this.steps.close(this.seeded, { sql, journeyId: this.seeded.journeyId }));
  }

  async person(): Promise<string> {
    const id = randomUUID();
    await this.database.query('insert into profiles (workspace_id, id) values ($1, $2)', [this.seeded.workspaceId, id]);
    return id;
  }

  /** Stores an event as ingestion does; `time`: ms, `received`: the same unless it is later. */
  async store(
    profileId: string,
    {
      name,
      time,
      received = time,
      properties = {},
      origin = 'live',
    }: { name: string; time: number; received?: number; properties?: JsonObject; origin?: string },
  ): Promise<string> {
    const [row] = await this.database.query<{ id: string }>(
      `insert into events (workspace_id, profile_id, name, message_id, properties, time, received_at, origin)
       select $1, coalesce(merged_into, id), $3, gen_random_uuid()::text, $4, $5, $6, $7
       from profiles where workspace_id = $1 and id = $2 returning id`,
      [
        this.seeded.workspaceId,
        profileId,
        name,
        JSON.stringify(properties),
        new Date(time),
        new Date(received),
        origin,
      ],
    );
    return row!.id;
  }

  async hear(eventId: string): Promise<void> {
    const [row] = await this.database.query<{ received_at: Date; profile_id: string; name: string; origin: 'live' }>(
      'select received_at, profile_id, name, origin from events where workspace_id = $1 and id = $2',
      [this.seeded.workspaceId, eventId],
    );
    const { received_at: receivedAt, profile_id: profileId, name, origin } = row!;
    const change = { profileId, what: 'event' as const, name, origin, event: { id: eventId, receivedAt } };
    await this.database.transaction((sql) =>
      this.windows().heard(this.seeded, { sql, changes: [change], at: receivedAt.getTime() }),
    );
  }

  /** Stored, and heard of. */
  async did(profileId: string, event: Parameters<WindowBench['store']>[1]): Promise<string> {
    const id = await this.store(profileId, event);
    await this.hear(id);
    return id;
  }

  async merge(from: string, into: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      await sql.query('select 1 from profiles where id = any($1::uuid[]) order by id for update', [[from, into]]);
      await mergeProfiles(this.seeded, { sql, merges: [{ from, into }] });
    });
  }

  async letIn(at: number, windows = this.windows()): Promise<void> {
    while (await windows.letIn(at));
  }

  /** A process that is gone holds its claims for a while. */
  async forgetClaims(): Promise<void> {
    await this.database.query('update entry_windows set claimed_until = null where workspace_id = $1', [
      this.seeded.workspaceId,
    ]);
  }

  async entered(): Promise<{ profile_id: string; entry_cause: string; entry_data: JsonObject; event: string }[]> {
    const rows = await this.database.query<{ profile_id: string; entry_cause: string; entry_data: JsonObject }>(
      'select profile_id, entry_cause, entry_data from enrollments where journey_id = $1 order by created_at, id',
      [this.seeded.journeyId],
    );
    return rows.map((row) => ({ ...row, event: row.entry_cause.split('/')[2]! }));
  }

  /** Whether a transaction of somebody waits for another one. */
  async waitsForLock(): Promise<boolean> {
    const rows = await this.database.query(
      `select 1 from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return rows.length > 0;
  }

  async open(): Promise<number> {
    const rows = await this.database.query('select 1 from entry_windows where journey_id = $1', [
      this.seeded.journeyId,
    ]);
    return rows.length;
  }
}
