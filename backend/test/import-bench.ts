import { randomUUID } from 'node:crypto';
import { Readable } from 'node:stream';
import { importSettings } from '@wend/contract';
import type { ImportDetail, ImportSettings, ImportTarget, JsonObject } from '@wend/contract';
import { afterAll, beforeAll, beforeEach } from 'vitest';
import type { z } from 'zod';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/audit-log.js';
import { EventsService } from '../src/events/index.js';
import { ImportRepository } from '../src/imports/import.repository.js';
import { ImportRunRepository } from '../src/imports/import-run.repository.js';
import { ImportRunner } from '../src/imports/import-runner.js';
import { ImportsService } from '../src/imports/imports.service.js';
import { ConsentRepository } from '../src/consents/consent.repository.js';
import { ConsentService } from '../src/consents/index.js';
import type { Database, Sql } from '../src/platform/database/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { logger } from '../src/platform/logging/index.js';
import { ManualMembers } from '../src/segments/index.js';
import { MemberRepository } from '../src/segments/member.repository.js';
import { MembershipEvents } from '../src/segments/membership-events.js';
import { SegmentRepository } from '../src/segments/segment.repository.js';
import { testDatabase } from './database.js';

export type Settings = z.input<typeof importSettings>;
type Person = { id: string; external_id: string | null; traits: JsonObject; trait_times: Record<string, number> };

/** Imports without HTTP: a workspace for each test, of the spec file that calls it. */
export function importBench(): ImportBench {
  const bench = new ImportBench();
  beforeAll(() => bench.open());
  afterAll(() => bench.drop?.());
  beforeEach(() => bench.newWorkspace());
  return bench;
}

export const text = (name: string): ImportTarget => ({ to: 'trait', name, type: 'text', order: 'iso', separator: ',' });
export const reasons = ({ problems }: ImportDetail) => problems.map(({ line, reason }) => `${line}: ${reason}`);

export class ImportBench {
  database: Database;
  drop: (() => Promise<void>) | undefined;
  caller: Caller;
  imports: ImportsService;
  events: EventsService;

  async open(): Promise<void> {
    logger.level = 'fatal';
    const { database, drop } = await testDatabase();
    this.drop = drop;
    this.use(database);
  }

  /** On a database that is there already. */
  use(database: Database): this {
    this.database = database;
    this.events = new EventsService(this.database);
    const audit = new AuditLog(new AuditEntryRepository(this.database));
    this.imports = new ImportsService(new ImportRepository(this.database), audit, this.manualMembers());
    return this;
  }

  async newWorkspace(): Promise<void> {
    const [row] = await this.database.query<{ id: string }>(
      `insert into workspaces (name) values ('Test') returning id`,
    );
    const actor = { kind: 'member', id: randomUUID(), role: 'owner', email: 'olivia@example.com' } as const;
    this.caller = { workspaceId: row!.id, actor };
  }

  /** A runner as another process has one; `before` is called before each statement of its transactions. */
  runner(before: () => void = () => undefined): ImportRunner {
    const watched = (sql: Sql): Sql => ({
      ...sql,
      query: (...asked) => (before(), sql.query(...asked)),
      send: (...asked) => (before(), sql.send(...asked)),
    });
    const breaking = {
      query: this.database.query.bind(this.database),
      transaction: <Result>(work: (sql: Sql) => Promise<Result>) =>
        this.database.transaction((sql) => work(watched(sql))),
    } as unknown as Database;
    return new ImportRunner(
      new ImportRepository(breaking),
      new ImportRunRepository(breaking),
      new ConsentService(new ConsentRepository(this.database), this.events),
      this.events,
      this.manualMembers(),
    );
  }

  /** Works until nothing is under way. */
  async finish(runner = this.runner()): Promise<void> {
    for (let left = 10_000; left > 0; left -= 1) {
      const [busy] = await this.database.query(`select 1 from imports where state in ('checking', 'importing')`);
      if (!busy) return;
      await runner.work().catch(() => undefined);
    }
    throw new Error('The import does not come to an end.');
  }

  async upload(file: string | Buffer, name = 'people.csv'): Promise<string> {
    const bytes = Buffer.from(file as string);
    const { id } = await this.imports.create(this.caller, { fileName: name, bytes: bytes.length });
    await this.imports.upload(this.caller, { id, offset: 0, body: Readable.from([bytes]) });
    return id;
  }

  /** As the page proposes it, but for what is said. */
  async settingsOf(id: string, more: Partial<Settings> = {}): Promise<ImportSettings> {
    const { found } = await this.imports.detail(this.caller, id);
    const { delimiter, header, decimal, match, columns } = found!;
    const guessed = { delimiter, header, decimal, match, columns: columns.map(({ guess }) => guess) };
    return importSettings.parse({ ...guessed, ...more });
  }

  run(file: string | Buffer, more: Partial<Settings> = {}): Promise<ImportDetail> {
    return this.through(file, { more, state: 'importing' });
  }

  check(file: string | Buffer, more: Partial<Settings> = {}): Promise<ImportDetail> {
    return this.through(file, { more, state: 'checking' });
  }

  async people(): Promise<Person[]> {
    return this.database.query<Person>(
      `select id, external_id, traits, trait_times from profiles
       where workspace_id = $1 and merged_into is null order by external_id, traits ->> 'email'`,
      [this.caller.workspaceId],
    );
  }

  async traits(): Promise<[string | null, JsonObject][]> {
    return (await this.people()).map(({ external_id, traits }) => [external_id, traits]);
  }

  async identify(userId: string, traits: JsonObject, time = Date.now()): Promise<void> {
    await this.events.ingest({ scope: this.caller, events: [{ kind: 'identify', userId, traits, time }] });
  }

  private async through(
    file: string | Buffer,
    { more, state }: { more: Partial<Settings>; state: 'checking' | 'importing' },
  ): Promise<ImportDetail> {
    const id = await this.upload(file);
    await this.imports.begin(this.caller, { id, settings: await this.settingsOf(id, more), state });
    await this.finish();
    return this.imports.detail(this.caller, id);
  }

  private manualMembers(): ManualMembers {
    const members = new MemberRepository(this.database);
    return new ManualMembers(new SegmentRepository(this.database), members, new MembershipEvents(members, this.events));
  }
}
