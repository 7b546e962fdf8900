import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../../test/database.js';
import type { Database } from '../../platform/database/index.js';
import { WarmUpRepository } from './warm-up.repository.js';
import { WarmUps } from './warm-ups.js';
import type { WarmUpTurn } from './warm-ups.js';

let database: Database;
let drop: () => Promise<void>;
let scope: { workspaceId: string };
let connectionId: string;
let clock: Date;

beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop?.());
beforeEach(async () => {
  clock = new Date('2026-03-10T14:00:00Z');
  const [workspace] = await database.query<{ id: string }>(
    `insert into workspaces (name, time_zone) values ('Shop', 'Asia/Seoul') returning id`,
  );
  scope = { workspaceId: workspace!.id };
  const [connection] = await database.query<{ id: string }>(
    `insert into connections (workspace_id, kind, name, settings) values ($1, 'smtp', 'Mail', '{}') returning id`,
    [scope.workspaceId],
  );
  connectionId = connection!.id;
});

/** As a worker of its own would have it. */
function worker(): WarmUps {
  const warmUps = new WarmUps(new WarmUpRepository(database));
  warmUps.now = () => clock;
  return warmUps;
}
async function plan(more: Partial<Parameters<WarmUpRepository['save']>[1]> = {}): Promise<void> {
  await database.transaction((sql) =>
    new WarmUpRepository(database).save(scope, {
      sql,
      now: clock,
      connectionId,
      startPerDay: 100,
      growthPercent: 50,
      mostPerDay: 1_000,
      transactionalPasses: false,
      restart: false,
      ...more,
    }),
  );
}
const ask = (warmUps: WarmUps, count: number, transactional = false): Promise<WarmUpTurn[]> =>
  Promise.all(Array.from({ length: count }, () => warmUps.reserve(scope, { connectionId, transactional })));
const going = (turns: WarmUpTurn[]) => turns.filter(({ kind }) => kind === 'go').length;
const taken = () => new WarmUpRepository(database).taken(scope, { connectionId, day: '2026-03-10' });

describe('a connection that is warmed up', () => {
  it('never sends more than the limit of the day, by however many workers at once, and more the next day', async () => {
    await plan();
    const workers = [worker(), worker(), worker()];
    const turns = await Promise.all(workers.map((each) => ask(each, 80)));
    // A worker that has all it wants may hold what it took with its last ones: less than a block.
    expect(going(turns.flat())).toBeLessThanOrEqual(100);
    expect(going(turns.flat())).toBeGreaterThanOrEqual(98);
    const waiting = turns.flat().find(({ kind }) => kind === 'wait');
    // The day of the workspace ends at 15:00 UTC.
    expect(waiting).toMatchObject({ until: new Date('2026-03-10T15:00:00Z') });
    clock = new Date('2026-03-10T15:00:00Z');
    const next = await Promise.all(workers.map((each) => ask(each, 80)));
    expect(going(next.flat())).toBeLessThanOrEqual(150);
    expect(going(next.flat())).toBeGreaterThanOrEqual(146);
  });

  it('counts again what did not go out, also that of a worker that stops', async () => {
    await plan({ startPerDay: 10 });
    const [first, second] = [worker(), worker()];
    const turns = await ask(first, 10);
    expect(going(turns)).toBe(10);
    for (const turn of turns.slice(0, 3)) if (turn.kind === 'go') turn.giveBack();
    expect(going(await ask(second, 10))).toBe(0);
    await first.onApplicationShutdown();
    expect(await taken()).toBe(7);
    second.forget(scope);
    expect(going(await ask(second, 10))).toBe(3);
  });

  it('keeps its day when its numbers change, and begins anew when told to', async () => {
    await plan();
    clock = new Date('2026-03-12T14:00:00Z');
    expect(going(await ask(worker(), 400))).toBe(225);
    await plan({ growthPercent: 100 });
    expect(going(await ask(worker(), 400))).toBe(400 - 225);
    await plan({ restart: true });
    clock = new Date('2026-03-13T14:00:00Z');
    expect(going(await ask(worker(), 400))).toBe(150);
  });

  it('lets transactional messages pass only when that is ticked', async () => {
    await plan({ startPerDay: 1 });
    expect(going(await ask(worker(), 5, true))).toBe(1);
    await plan({ startPerDay: 1, transactionalPasses: true });
    expect(going(await ask(worker(), 5, true))).toBe(5);
    expect(await taken()).toBe(1);
  });

  it('leaves others alone, and is gone with its connection', async () => {
    expect(going(await ask(worker(), 500))).toBe(500);
    await plan({ startPerDay: 1 });
    await database.query('delete from connections where workspace_id = $1', [scope.workspaceId]);
    expect(going(await ask(worker(), 500))).toBe(500);
  });
});
