import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliveryFixture, enroll, makeJourney, queue } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import { AuditLog, WorkspaceHooks } from '../src/access/index.js';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { logger } from '../src/platform/logging/index.js';
import type { Caller } from '../src/platform/http/index.js';
import { mergeProfiles } from '../src/profiles/index.js';
import { HoldoutRepository } from '../src/delivery-rules/holdout.repository.js';
import { HoldoutService } from '../src/delivery-rules/holdout.service.js';
import { RuleSettingsRepository } from '../src/delivery-rules/rule-settings.repository.js';

let fixture: Awaited<ReturnType<typeof deliveryFixture>>;
let journey: Journey;
let caller: Caller;
let service: HoldoutService;
let told: string[][];
beforeAll(async () => {
  logger.level = 'fatal';
  fixture = await deliveryFixture();
});
afterAll(() => fixture.close());
beforeEach(async () => {
  journey = await makeJourney(fixture.database, {
    mail: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>' } },
    order: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>', messageClass: 'transactional' } },
    receipts: { type: 'wend/email', config: { subject: 'Hi', body: '<p>Hi</p>', topic: 'receipts' } },
    gone: { type: 'wend/email', config: { subject: 'Hi', body: "{% abort_message('No offer') %}" } },
    hook: { type: 'wend/webhook', config: { url: 'https://127.0.0.1:1/hook', method: 'POST', body: '{}' } },
  });
  caller = {
    workspaceId: journey.workspaceId,
    actor: { kind: 'member', id: journey.journeyId, role: 'owner', email: 'mina@example.com' },
  };
  told = [];
  const hooks = new WorkspaceHooks();
  hooks.add({
    settings: ['holdout'],
    changed: async (_, { changed }) => void told.push([...changed]),
  });
  const { database, rules } = fixture;
  service = new HoldoutService(
    database,
    new HoldoutRepository(database),
    new RuleSettingsRepository(database),
    rules,
    hooks,
    new AuditLog(new AuditEntryRepository(database)),
  );
});

const share = (percent: number, exceptTopics: string[] = []) => service.save(caller, { share: percent, exceptTopics });

type Drawn = { id: string; holdout: number; random: number };
const drawn = (): Promise<Drawn[]> =>
  fixture.database.query<Drawn>(
    `select id, holdout_bucket(workspace_id, coalesce(holdout_seed, id)) as holdout, random_bucket(workspace_id, id) as random
     from profiles where workspace_id = $1 and merged_into is null`,
    [journey.workspaceId],
  );
const people = (count: number) =>
  fixture.database.query(
    'insert into profiles (workspace_id, external_id) select $1, n::text from generate_series(1, $2) n',
    [journey.workspaceId, count],
  );

describe('the global holdout', () => {
  it('is a fair share of 10,000 people whatever random number they have', async () => {
    await people(10_000);
    const all = await drawn();
    // Ten shares of each, against each other: χ² with 81 degrees of freedom is above 150 once in 300,000 times.
    const cells = new Map<string, number>();
    for (const { holdout, random } of all) {
      const cell = `${Math.floor(holdout / 1_000)}/${Math.floor(random / 1_000)}`;
      cells.set(cell, (cells.get(cell) ?? 0) + 1);
    }
    const chi = Array.from({ length: 100 }, (_, index) => {
      const found = cells.get(`${Math.floor(index / 10)}/${index % 10}`) ?? 0;
      return (found - 100) ** 2 / 100;
    }).reduce((sum, each) => sum + each, 0);
    expect(chi).toBeLessThan(150);
    const { people: held, ofPeople } = await share(10);
    expect(ofPeople).toBe(10_000);
    expect(held).toBe(all.filter(({ holdout }) => holdout < 1_000).length);
    expect(Math.abs(held - 1_000)).toBeLessThan(150);
  });

  it('grows by new people and shrinks by those who came last, and keeps when it changed', async () => {
    await people(2_000);
    const all = await drawn();
    const inside = async (percent: number) => {
      const { people: count } = await share(percent);
      const ids = all.filter(({ holdout }) => holdout < percent * 100).map(({ id }) => id);
      expect(count).toBe(ids.length);
      return ids;
    };
    const [small, large, again] = [await inside(5), await inside(12.5), await inside(5)];
    expect(large).toEqual(expect.arrayContaining(small));
    expect(large.length).toBeGreaterThan(small.length);
    expect(again).toEqual(small);
    await share(5);
    await share(5, ['receipts']);
    const { changes } = await service.state(caller);
    expect(
      changes.map(({ shareBefore, share: after, exceptTopics, by }) => [shareBefore, after, exceptTopics, by]),
    ).toEqual([
      [5, 5, ['receipts'], 'mina@example.com'],
      [12.5, 5, [], 'mina@example.com'],
      [5, 12.5, [], 'mina@example.com'],
      [0, 5, [], 'mina@example.com'],
    ]);
    // Segments are built anew for who is in it, not for topics.
    expect(told).toEqual([['holdout'], ['holdout'], ['holdout']]);
  });

  it('of two people who become one keeps the role of whom Wend knew first, whoever stays', async () => {
    await people(3);
    const rows = await fixture.database.query<{ id: string }>(
      'select id from profiles where workspace_id = $1 order by id',
      [journey.workspaceId],
    );
    const [first, second, third] = rows.map(({ id }) => id) as [string, string, string];
    for (const [id, days] of [
      [first, 3],
      [second, 2],
      [third, 1],
    ] as const)
      await fixture.database.query(
        `update profiles set created_at = now() - $3 * interval '1 day' where workspace_id = $1 and id = $2`,
        [journey.workspaceId, id, days],
      );
    const before = new Map((await drawn()).map(({ id, holdout }) => [id, holdout]));
    const merge = (from: string, into: string) =>
      fixture.database.transaction((sql) => mergeProfiles(caller, { sql, merges: [{ from, into }] }));
    const bucket = async (id: string) => (await drawn()).find((each) => each.id === id)?.holdout;
    await merge(second, third);
    expect(await bucket(third)).toBe(before.get(second));
    await merge(third, first);
    expect(await bucket(first)).toBe(before.get(first));
  });
});

describe('a sender', () => {
  let loop: ReturnType<typeof fixture.loop>;
  beforeAll(() => {
    loop = fixture.loop();
  });
  afterAll(() => loop.stop());

  /** Somebody whose bucket is below 20 % (`in`), or not. */
  async function somebody(where: 'in' | 'out', { origin = 'live', control = false } = {}) {
    for (;;) {
      const person = await enroll(fixture.database, {
        journey,
        traits: { email: `${Math.random()}@example.com` },
        origin,
      });
      const bucket = (await drawn()).find(({ id }) => id === person.profileId)!.holdout;
      if (bucket < 2_000 !== (where === 'in')) continue;
      if (control)
        await fixture.database.query('update enrollments set control = true where workspace_id = $1 and id = $2', [
          journey.workspaceId,
          person.enrollmentId,
        ]);
      return person;
    }
  }
  const channels: Record<string, string> = { hook: 'webhook' };
  async function send(person: Awaited<ReturnType<typeof somebody>>, nodes: string[], origin = 'live') {
    for (const node of nodes)
      await queue(fixture.database, { journey, person, node, channel: channels[node] ?? 'email', origin });
    const read = () =>
      fixture.database.query<{ node: string; status: string; reason: string | null; ruling: { what: string } | null }>(
        `select node, status, reason, ruling from messages where workspace_id = $1 and enrollment_id = $2`,
        [journey.workspaceId, person.enrollmentId],
      );
    await expect
      .poll(async () => (await read()).filter(({ status }) => ['queued', 'sending'].includes(status)).length, {
        timeout: 30_000,
        interval: 50,
      })
      .toBe(0);
    return Object.fromEntries(
      (await read()).map(({ node, status, reason, ruling }) => [
        node,
        reason === null ? status : ruling ? `${reason}: ${ruling.what}` : reason,
      ]),
    );
  }
  const all = ['mail', 'order', 'receipts', 'gone', 'hook'];

  it('holds back marketing from those in it, and nothing else', async () => {
    await share(20, ['receipts']);
    expect(await send(await somebody('in'), all)).toEqual({
      mail: 'holdout: global',
      order: 'delivered',
      receipts: 'delivered',
      // Who would have got nothing anyway is not measured.
      gone: 'aborted',
      // It was called: nothing may be there.
      hook: 'rejected',
    });
    expect(await send(await somebody('out'), ['mail'])).toEqual({ mail: 'delivered' });
    expect(await send(await somebody('in', { origin: 'test' }), ['mail'], 'test')).toEqual({ mail: 'delivered' });
    await share(0);
    await expect.poll(async () => (await fixture.rules.of(caller)).holdout.share).toBe(0);
    expect(await send(await somebody('in'), ['mail'])).toEqual({ mail: 'delivered' });
  });

  it('sends nothing to people of a control group, but calls their webhooks, and tells their run of no failure', async () => {
    const person = await somebody('out', { control: true });
    expect(await send(person, all)).toEqual({
      mail: 'holdout: control',
      order: 'holdout: control',
      receipts: 'holdout: control',
      gone: 'aborted',
      // It was called: nothing may be there.
      hook: 'rejected',
    });
    const events = await fixture.database.query<{ name: string; node: string }>(
      `select name, properties ->> 'nodeId' as node from events where workspace_id = $1 and profile_id = $2 and name = 'Message Failed'`,
      [journey.workspaceId, person.profileId],
    );
    expect(events.map(({ node }) => node).sort()).toEqual(['gone', 'hook']);
  });
});
