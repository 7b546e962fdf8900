import type { Graph } from '@wend/contract';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { ProvisioningService } from '../access/index.js';
import type { Database } from '../platform/database/index.js';
import { JourneyRepository } from './journey.repository.js';
import { VersionRepository } from './version.repository.js';

let test: Awaited<ReturnType<typeof testDatabase>>;
let database: Database;
let journeys: JourneyRepository;
let versions: VersionRepository;
let scope: { workspaceId: string };
const elsewhere = { workspaceId: '00000000-0000-4000-8000-000000000000' };
const empty: Graph = {
  nodes: {},
  edges: [],
  settings: { reentry: { rule: 'after', afterSeconds: 60 }, exitCriteria: [] },
};
const program = {
  format: 1,
  instructions: [],
  facts: [],
  firstReads: [],
  exits: [],
  names: {},
  entryPaths: [],
  eventPaths: {},
};
const version = (journeyId: string, number: number | null) => ({
  journeyId,
  number,
  graph: empty,
  program,
  programHash: 'a'.repeat(64),
  entries: [{ node: 'entry', kind: 'event' as const, event: 'X' }],
  publishedBy: 'ann@acme.example',
});

beforeAll(async () => {
  test = await testDatabase();
  database = test.database;
  journeys = new JourneyRepository(database);
  versions = new VersionRepository(database);
  scope = await new ProvisioningService(database).createWorkspaceWithOwner({
    name: 'Acme',
    owner: { name: 'Ann', email: 'ann@acme.example', password: 'correct horse' },
  });
});
afterAll(() => test?.drop());

describe('journeys', () => {
  it('are stored and found as they are, in their workspace only', async () => {
    const id = await journeys.insert(scope, { name: 'Welcome', draft: empty, by: 'ann@acme.example' });
    expect(await journeys.find(scope, id)).toMatchObject({
      id,
      name: 'Welcome',
      draft: empty,
      revision: 1,
      publishedVersion: null,
      publishedRevision: null,
    });
    expect(await journeys.find(elsewhere, id)).toBeNull();
    expect(await journeys.rename(elsewhere, { id, name: 'Mine' })).toBe(false);
    expect(await journeys.rename(scope, { id, name: 'Hello' })).toBe(true);
    expect((await journeys.find(scope, id))!.name).toBe('Hello');
    expect(await journeys.saveDraft(elsewhere, { id, draft: empty, revision: 1, by: 'ann@acme.example' })).toBeNull();
  });

  it('share equal programs and keep snapshots apart from versions', async () => {
    const id = await journeys.insert(scope, { name: 'Versions', draft: empty, by: 'ann@acme.example' });
    await database.transaction(async (sql) => {
      expect(await versions.nextNumber(scope, { journeyId: id, sql })).toBe(1);
      await versions.insert(scope, { version: version(id, null), sql });
      await versions.insert(scope, { version: version(id, null), sql });
      await versions.insert(scope, { version: version(id, 1), sql });
      expect(await versions.nextNumber(scope, { journeyId: id, sql })).toBe(2);
    });
    expect(await versions.find(scope, { journeyId: id, number: 1 })).toMatchObject({
      graph: empty,
      programHash: 'a'.repeat(64),
      publishedBy: 'ann@acme.example',
    });
    expect(await versions.find(elsewhere, { journeyId: id, number: 1 })).toBeNull();
    expect(await database.query('select from programs where workspace_id = $1', [scope.workspaceId])).toHaveLength(1);
    expect(await database.query('select distinct reentry from journey_versions where journey_id = $1', [id])).toEqual([
      { reentry: { rule: 'after', afterSeconds: 60 } },
    ]);
  });

  it('wait in control for a commit that is reading the row', async () => {
    const id = await journeys.insert(scope, { name: 'Control', draft: empty, by: 'ann@acme.example' });
    await versions.setControl(scope, { journeyId: id, state: 'live', sql: database });
    const order: string[] = [];
    let release!: () => void;
    const held = new Promise<void>((resolve) => (release = resolve));
    let reading!: () => void;
    const read = new Promise<void>((resolve) => (reading = resolve));
    const commit = database.transaction(async (sql) => {
      await sql.query('select state from journey_control where workspace_id = $1 and journey_id = $2 for share', [
        scope.workspaceId,
        id,
      ]);
      reading();
      await held;
      order.push('commit');
    });
    await read;
    const pause = versions
      .setControl(scope, { journeyId: id, state: 'paused', sql: database })
      .then(() => order.push('pause'));
    while (
      (
        await database.query(
          "select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'",
        )
      ).length === 0
    );
    release();
    await Promise.all([commit, pause]);
    expect(order).toEqual(['commit', 'pause']);
    expect(await database.query('select state, epoch from journey_control where journey_id = $1', [id])).toEqual([
      { state: 'paused', epoch: 2 },
    ]);
  });
});
