import fc from 'fast-check';
import { operands } from '@wend/contract';
import type { Rule } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { audienceOn, membersOf, newWorkspace, settle, whoever } from '../../test/audience.js';
import type { Audience } from '../../test/audience.js';
import { testDatabase } from '../../test/database.js';
import { Database } from '../platform/database/index.js';
import { isOutage } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';

/**
 * Whatever happens in whatever order, while two workers and a builder are at work and are killed: in the end the members
 * of each segment are those for whom its rule holds, and what each person was told alternates and says the same.
 */
const runs = Number(process.env['WEND_SEGMENTS_RUNS'] ?? 12);
const people = ['ann', 'bob', 'cy', 'dot', 'eve'];
const strangers = ['x', 'y', 'z'];
const plans = ['free', 'basic', 'pro'];
const eventNames = ['Ordered', 'Viewed'];

let main: Audience;
let workers: Audience[];
let url: string;
let close: () => Promise<void>;
let clock = 0;
const now = () => clock;

beforeAll(async () => {
  const test = await testDatabase();
  ({ url } = test);
  main = audienceOn(test.database);
  const pools = await Promise.all(
    [1, 2].map(() => Database.connect({ url, applicationName: 'wend-killed', poolSize: 4 })),
  );
  workers = pools.map(audienceOn);
  for (const each of [main, ...workers]) each.builder.limit({ set: 2, single: 2, told: 2 });
  close = async () => {
    for (const pool of pools) await pool.close();
    await test.drop();
  };
});
afterAll(() => close?.());

const trait = fc.record({
  op: fc.constant('compare' as const),
  left: fc.constant({ source: 'trait' as const, path: 'plan' }),
  is: fc.constantFrom('equals' as const, 'notEquals' as const),
  value: fc.constantFrom(...plans),
});
const count = fc.record({
  op: fc.constant('compare' as const),
  left: fc.record({
    source: fc.constant('eventCount' as const),
    event: fc.constantFrom(...eventNames),
    withinSeconds: fc.constantFrom(600, 3_600),
  }),
  is: fc.constantFrom('atLeast' as const, 'lessThan' as const),
  value: fc.integer({ min: 1, max: 2 }),
});
/** The segment before it, where there is one. */
const member = fc.record({
  op: fc.constant('compare' as const),
  left: fc.constant({ source: 'segment' as const, segment: 'before' }),
  is: fc.constant('equals' as const),
  value: fc.boolean(),
});
const leaf = fc.oneof(
  { weight: 2, arbitrary: trait },
  { weight: 3, arbitrary: count },
  { weight: 'segment' in operands ? 2 : 0, arbitrary: member },
);
const anyRule = fc.oneof(
  leaf,
  fc.record({
    op: fc.constantFrom('all' as const, 'any' as const),
    rules: fc.array(leaf, { minLength: 2, maxLength: 3 }),
  }),
  fc.record({ op: fc.constant('not' as const), rule: leaf }),
) as fc.Arbitrary<Rule>;

type Step =
  | { do: 'track'; who: string; name: string; ago: number }
  | { do: 'identify'; who: string; plan: string | null }
  | { do: 'become'; who: string; stranger: string }
  | { do: 'wait'; ms: number }
  | { do: 'edit'; segment: number; rule: Rule }
  | { do: 'work'; times: number }
  | { do: 'kill'; after: number };
const who = fc.constantFrom(...people, ...strangers);
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('track' as const),
      who,
      name: fc.constantFrom(...eventNames),
      ago: fc.constantFrom(0, 0, 300_000, 2_000_000),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('identify' as const), who, plan: fc.constantFrom(...plans, null) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      do: fc.constant('become' as const),
      who: fc.constantFrom(...people),
      stranger: fc.constantFrom(...strangers),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('wait' as const), ms: fc.constantFrom(1_000, 400_000, 2_000_000) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('edit' as const), segment: fc.integer({ min: 0, max: 2 }), rule: anyRule }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('work' as const), times: fc.integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('kill' as const), after: fc.integer({ min: 0, max: 25 }) }) },
);

class World {
  readonly segments: { id: string; rule: Rule }[] = [];
  constructor(private readonly caller: Caller) {}

  /** Rules read the segment before only, so there is no circle. */
  private written(rule: Rule, index: number): Rule {
    const before = this.segments[index - 1]?.id;
    const text = JSON.stringify(rule);
    if (before !== undefined) return JSON.parse(text.replaceAll('"before"', JSON.stringify(before))) as Rule;
    return JSON.parse(
      text.replaceAll('{"source":"segment","segment":"before"}', '{"source":"trait","path":"vip"}'),
    ) as Rule;
  }

  async make(index: number, rule: Rule): Promise<void> {
    const written = this.written(rule, index);
    const { id } = await main.service.create(this.caller, {
      name: `s${index}`,
      description: '',
      rule: written,
      tell: true,
    });
    this.segments.push({ id, rule: written });
  }

  async do(step: Step): Promise<void> {
    switch (step.do) {
      case 'track':
        return this.send({ ...this.nameOf(step.who), name: step.name, time: clock - step.ago });
      case 'identify':
        return this.send({ ...this.nameOf(step.who), kind: 'identify', traits: { plan: step.plan }, time: clock });
      case 'become':
        return this.send({ userId: step.who, anonymousId: step.stranger, kind: 'identify', traits: {}, time: clock });
      case 'wait':
        clock += step.ms;
        return;
      case 'edit':
        return this.edit(step.segment, step.rule);
      case 'work':
        for (let turn = 0; turn < step.times; turn += 1) await Promise.all(this.working());
        return;
      case 'kill':
        return this.kill(step.after);
    }
  }

  private async edit(index: number, rule: Rule): Promise<void> {
    const segment = this.segments[index]!;
    const written = this.written(rule, index);
    const { revision } = await main.service.get(this.caller, segment.id);
    await main.service.update(this.caller, { id: segment.id, rule: written, revision, tell: true });
    segment.rule = written;
  }

  private nameOf(name: string): { userId: string } | { anonymousId: string } {
    return strangers.includes(name) ? { anonymousId: name } : { userId: name };
  }

  private async send(event: Parameters<Audience['events']['ingest']>[0]['events'][number]): Promise<void> {
    await main.events.ingest({ scope: this.caller, events: [event], receivedAt: clock });
  }

  /** A worker goes on after an outage: a connection that was cut may be found to be so only now. */
  private working(): Promise<unknown>[] {
    return workers
      .flatMap(({ changes, builder }) => [changes.work(now), builder.work(now)])
      .map((each) =>
        each.catch((error: unknown) => {
          if (!isOutage(error)) throw error;
        }),
      );
  }

  /** Their connections end, wherever they are. */
  private async kill(after: number): Promise<void> {
    const work = Promise.allSettled(this.working());
    await new Promise((resolve) => setTimeout(resolve, after));
    await main.database.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name = 'wend-killed'`,
    );
    await work;
  }

  async check(): Promise<void> {
    await settle(main, now);
    for (const [index, { id, rule }] of this.segments.entries()) {
      const expected = await whoever(main, { workspaceId: this.caller.workspaceId, rule, at: clock });
      expect([index, await membersOf(main, id)]).toEqual([index, expected]);
      expect([index, (await main.service.get(this.caller, id)).size]).toEqual([index, expected.length]);
      await this.checkTold(id, expected);
    }
    const left = await main.database.query(
      `select 1 from profile_changes where workspace_id = $1
       union all select 1 from segment_clearings where workspace_id = $1
       union all select 1 from segment_memberships m join segments s on s.id = m.segment_id
         where m.workspace_id = $1 and (m.generation <> s.generation or not m.member)`,
      [this.caller.workspaceId],
    );
    expect(left).toEqual([]);
  }

  /** Of those who took nobody in: two people may have come in before they were one. */
  private async checkTold(segmentId: string, members: string[]): Promise<void> {
    const told = await main.database.query<{ id: string; names: string[] }>(
      `select p.id, coalesce(
         array_agg(e.name order by e.position) filter (where e.name is not null), '{}'
       ) as names
       from profiles p
       left join events e on e.workspace_id = p.workspace_id and e.profile_id = p.id
         and e.name in ('Segment Entered', 'Segment Left') and e.properties ->> 'segmentId' = $2
       where p.workspace_id = $1 and p.merged_into is null
         and not exists (select 1 from profiles m where m.workspace_id = $1 and m.merged_into = p.id)
       group by p.id`,
      [this.caller.workspaceId, segmentId],
    );
    for (const { id, names } of told) {
      const expected = names.map((_, index) => (index % 2 === 0 ? 'Segment Entered' : 'Segment Left'));
      expect(names).toEqual(expected);
      expect([id, names.length % 2 === 1]).toEqual([id, members.includes(id)]);
    }
  }
}

it('comes to the same as asking everybody, and tells each change once', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { maxLength: 12 }),
      fc.tuple(anyRule, anyRule, anyRule),
      fc.array(step, { minLength: 10, maxLength: 40 }),
      async (before, rules, steps) => {
        clock = Math.max(clock, Date.now());
        const world = new World(await newWorkspace(main.database));
        for (const each of before) if (each.do !== 'edit') await world.do(each);
        for (const [index, rule] of rules.entries()) await world.make(index, rule);
        for (const each of steps) await world.do(each);
        await world.check();
      },
    ),
    { numRuns: runs, seed: Number(process.env['WEND_SEED'] ?? 26), endOnFailure: true },
  );
}, 600_000);
