import type { EntryOf } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { WindowBench } from '../../test/entry-windows.js';
import type { Database } from '../platform/database/index.js';
import { OmissionWindows } from './omission-windows.js';
import { OmissionRepository } from './omission.repository.js';
import { WindowEventRepository } from './window-event.repository.js';
import { WindowRepository } from './window.repository.js';

let bench: WindowBench;
let drop: () => Promise<void>;
beforeAll(async () => {
  const made = await testDatabase();
  drop = made.drop;
  bench = new WindowBench(made.database);
});
afterAll(() => drop?.());
beforeEach(() => bench.newWorkspace());

const minute = 60_000;
const start = Date.parse('2026-11-02T09:00:00Z');
const cart = { kind: 'omission', event: 'Cart', without: { event: 'Order' }, withinSeconds: 3_600 };
const at = (minutes: number): number => start + minutes * minute;

describe('who did one thing and not another in time', () => {
  it('comes in when the window ends, with what the first event said', async () => {
    await bench.publish(cart);
    const ann = await bench.person();
    const event = await bench.did(ann, { name: 'Cart', time: at(0), properties: { total: 7 } });
    await bench.letIn(at(60) - 1);
    expect(await bench.entered()).toEqual([]);
    await bench.letIn(at(60));
    expect(await bench.entered()).toEqual([
      { profile_id: ann, entry_cause: `omission/entry/${event}/${ann}`, entry_data: { total: 7 }, event },
    ]);
    const [run] = await bench.database.query<{ start: { first: { entry: { name: string; time: number } } } | null }>(
      'select start from enrollments where journey_id = $1',
      [bench.seeded.journeyId],
    );
    expect(run?.start?.first.entry ?? { name: 'Cart', time: at(0) }).toMatchObject({ name: 'Cart', time: at(0) });
    expect(await bench.open()).toBe(0);
  });

  it.each([
    ['before the first event', at(0) - 1, true],
    ['in the same millisecond, received later', at(0), false],
    ['within the window', at(59), false],
  ])('%s: enters %j', async (_, time, enters) => {
    await bench.publish(cart);
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.store(ann, { name: 'Order', time, received: at(1) });
    await bench.letIn(at(60));
    expect(await bench.entered()).toHaveLength(enters ? 1 : 0);
    expect(await bench.open()).toBe(0);
  });

  it('in the same millisecond what was received before came before', async () => {
    await bench.publish(cart);
    const ann = await bench.person();
    await bench.store(ann, { name: 'Order', time: at(0) });
    await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.letIn(at(60));
    expect(await bench.entered()).toHaveLength(1);
  });

  it('counts what was accepted before it was decided, however late that is', async () => {
    await bench.publish(cart);
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.store(ann, { name: 'Order', time: at(90) });
    await bench.letIn(at(120));
    expect(await bench.entered()).toEqual([]);
  });

  it('counts what is imported against coming in, and not for it; what test runs do counts for nothing', async () => {
    await bench.publish(cart);
    const [ann, bob] = [await bench.person(), await bench.person()];
    await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.store(ann, { name: 'Order', time: at(5), origin: 'import' });
    await bench.did(bob, { name: 'Cart', time: at(0), origin: 'import' });
    await bench.did(bob, { name: 'Cart', time: at(0), origin: 'demo' });
    const cid = await bench.person();
    await bench.did(cid, { name: 'Cart', time: at(0) });
    await bench.store(cid, { name: 'Order', time: at(5), origin: 'test' });
    await bench.letIn(at(60));
    expect((await bench.entered()).map((each) => each.profile_id)).toEqual([cid]);
  });

  it('asks both filters, and for the same item where that is said', async () => {
    await bench.publish({
      ...cart,
      where: { op: 'compare', left: { source: 'property', path: 'total' }, is: 'greaterThan', value: 10 },
      without: {
        event: 'Order',
        where: { op: 'compare', left: { source: 'property', path: 'paid' }, is: 'equals', value: true },
        same: { property: 'item.id', of: 'sku' },
      },
    });
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0), properties: { total: 5, sku: 'low' } });
    const left = await bench.did(ann, { name: 'Cart', time: at(1), properties: { total: 50, sku: 'a' } });
    const unpaid = await bench.did(ann, { name: 'Cart', time: at(2), properties: { total: 50, sku: 'b' } });
    await bench.did(ann, { name: 'Cart', time: at(3), properties: { total: 50, sku: 7 } });
    await bench.did(ann, { name: 'Cart', time: at(4), properties: { total: 50, sku: '한글' } });
    for (const [minutes, id, paid] of [
      [10, 'b', false],
      [11, '7', true],
      [12, '한글', true],
      [13, 'other', true],
    ] as const)
      await bench.store(ann, { name: 'Order', time: at(minutes), properties: { paid, item: { id } } });
    await bench.letIn(at(100));
    expect((await bench.entered()).map(({ event }) => event).sort()).toEqual([left, unpaid].sort());
  });

  it('may be the same event again: who did not come back', async () => {
    await bench.publish({ ...cart, event: 'Opened', without: { event: 'Opened' } });
    const ann = await bench.person();
    await bench.did(ann, { name: 'Opened', time: at(0) });
    const last = await bench.did(ann, { name: 'Opened', time: at(30) });
    await bench.letIn(at(200));
    expect((await bench.entered()).map(({ event }) => event)).toEqual([last]);
  });
});

describe('several first events', () => {
  it('open a window each, and the re-entry rule says who comes in', async () => {
    await bench.publish(cart, { rule: 'never' });
    const ann = await bench.person();
    const first = await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.did(ann, { name: 'Cart', time: at(10) });
    await bench.letIn(at(100));
    expect((await bench.entered()).map(({ event }) => event)).toEqual([first]);
    expect(await bench.database.query('select reason from entry_refusals where profile_id = $1', [ann])).toEqual([
      { reason: 'reentry' },
    ]);
  });

  it('of one run key are one window, until that has ended', async () => {
    await bench.publish(cart, { rule: 'always', key: 'cart' });
    const ann = await bench.person();
    const did = (minutes: number, id: string | null) =>
      bench.did(ann, { name: 'Cart', time: at(minutes), properties: { cart: id } });
    const first = await did(0, 'x');
    await did(30, 'x');
    const other = await did(30, 'y');
    const second = await did(60, 'x');
    const [none, either] = [await did(61, null), await did(62, null)];
    await bench.letIn(at(300));
    expect((await bench.entered()).map(({ event }) => event).sort()).toEqual(
      [first, other, second, none, either].sort(),
    );
  });

  it('of one run key open another after the other event, before the first has ended', async () => {
    await bench.publish(cart, { rule: 'always', key: 'cart' });
    const ann = await bench.person();
    const cartEvent = { name: 'Cart', properties: { cart: 'x' } };
    await bench.did(ann, { ...cartEvent, time: at(0) });
    await bench.store(ann, { name: 'Order', time: at(10) });
    const again = await bench.did(ann, { ...cartEvent, time: at(20) });
    await bench.letIn(at(60));
    expect(await bench.entered()).toEqual([]);
    await bench.letIn(at(80));
    expect((await bench.entered()).map(({ event }) => event)).toEqual([again]);
  });
});

describe('a journey', () => {
  it('that is published again goes on as it was, and a new time is for new events', async () => {
    await bench.publish(cart);
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.publish(cart);
    await bench.publish({ ...cart, withinSeconds: 60 });
    await bench.letIn(at(59));
    expect(await bench.entered()).toEqual([]);
    await bench.did(ann, { name: 'Cart', time: at(59) });
    await bench.letIn(at(60));
    expect(await bench.entered()).toHaveLength(2);
  });

  it('that asks for something else lets nobody in by what it asked for before', async () => {
    await bench.publish(cart);
    await bench.did(await bench.person(), { name: 'Cart', time: at(0) });
    await bench.publish({ ...cart, event: 'Wish' });
    await bench.letIn(at(60));
    expect(await bench.entered()).toEqual([]);
    expect(await bench.open()).toBe(0);
  });

  it('that is stopped forgets who waited, also when it is live again', async () => {
    await bench.publish(cart);
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    await bench.close();
    await bench.did(ann, { name: 'Cart', time: at(1) });
    await bench.publish(cart);
    const event = await bench.did(ann, { name: 'Cart', time: at(2) });
    expect(await bench.open()).toBe(2);
    while (await bench.windows().sweep());
    expect(await bench.open()).toBe(1);
    await bench.letIn(at(100));
    expect((await bench.entered()).map((each) => each.event)).toEqual([event]);
    await bench.close();
    while (await bench.windows().sweep());
    expect(
      await bench.database.query('select 1 from entry_window_steps where journey_id = $1', [bench.seeded.journeyId]),
    ).toEqual([]);
  });

  it('that is paused holds who comes in', async () => {
    await bench.publish(cart);
    await bench.did(await bench.person(), { name: 'Cart', time: at(0) });
    await bench.database.query(`update journey_control set state = 'paused' where journey_id = $1`, [
      bench.seeded.journeyId,
    ]);
    await bench.letIn(at(60));
    expect(
      await bench.database.query('select held from enrollments where journey_id = $1', [bench.seeded.journeyId]),
    ).toEqual([{ held: true }]);
  });

  it('says of events that came too late that they did', async () => {
    await bench.publish({ ...cart, maxAgeSeconds: 600 });
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0), received: at(11) });
    expect(await bench.open()).toBe(0);
    expect(await bench.database.query('select reason from entry_refusals where profile_id = $1', [ann])).toEqual([
      { reason: 'too-old' },
    ]);
  });
});

describe('between look and decision', () => {
  it('what is accepted keeps people out', async () => {
    await bench.publish(cart);
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    const entering = bench.windows({
      enter: async (candidates, options) => {
        await bench.store(ann, { name: 'Order', time: at(59) });
        return bench.entering.enter(candidates, options);
      },
    });
    await bench.letIn(at(60), entering);
    expect(await bench.entered()).toEqual([]);
    expect(await bench.open()).toBe(0);
  });

  it('what puts it off leaves nobody written down as kept out, until it is decided', async () => {
    const pro = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
    await bench.publish({ ...cart, audience: pro });
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    const refused = () => bench.database.query('select reason, count from entry_refusals where profile_id = $1', [ann]);
    const putOff = bench.windows({
      enter: async (candidates, options) => {
        // She did something that was not heard yet.
        await bench.database.query(
          `insert into profile_changes (lane, workspace_id, profile_id, what, name) values (0, $1, $2, 'event', 'Cart')`,
          [bench.seeded.workspaceId, ann],
        );
        return bench.entering.enter(candidates, options);
      },
    });
    await bench.letIn(at(60), putOff);
    expect([await refused(), await bench.open()]).toEqual([[], 1]);
    await bench.database.query('delete from profile_changes where profile_id = $1', [ann]);
    await bench.letIn(at(61));
    expect([await refused(), await bench.open()]).toEqual([[{ reason: 'filter', count: 1 }], 0]);
  });

  it('what is accepted leaves nobody written down as kept out by a filter', async () => {
    const pro = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
    await bench.publish({ ...cart, audience: pro });
    const ann = await bench.person();
    await bench.did(ann, { name: 'Cart', time: at(0) });
    const late = bench.windows({
      enter: async (candidates, options) => {
        await bench.store(ann, { name: 'Order', time: at(59) });
        return bench.entering.enter(candidates, options);
      },
    });
    await bench.letIn(at(60), late);
    expect(await bench.database.query('select 1 from entry_refusals where profile_id = $1', [ann])).toEqual([]);
    expect(await bench.open()).toBe(0);
  });

  it('a merge brings what the other person did', async () => {
    await bench.publish(cart);
    const [ann, anon] = [await bench.person(), await bench.person()];
    await bench.did(anon, { name: 'Cart', time: at(0) });
    const left = await bench.did(anon, { name: 'Cart', time: at(40) });
    await bench.store(ann, { name: 'Order', time: at(30) });
    let merged = false;
    const entering = bench.windows({
      enter: async (candidates, options) => {
        if (!merged) await bench.merge(anon, ann);
        merged = true;
        return bench.entering.enter(candidates, options);
      },
    });
    await bench.letIn(at(100), entering);
    expect((await bench.entered()).map(({ profile_id, event }) => [profile_id, event])).toEqual([[ann, left]]);
  });

  it('a kill leaves nobody out and lets nobody in twice; somebody who is erased is gone', async () => {
    await bench.publish(cart);
    const [ann, bob] = [await bench.person(), await bench.person()];
    for (const who of [ann, bob]) await bench.did(who, { name: 'Cart', time: at(0) });
    await bench.letIn(at(60), bench.killed()).catch(() => undefined);
    expect(await bench.entered()).toEqual([]);
    await bench.database.query('delete from entry_windows where profile_id = $1', [bob]);
    await bench.database.query('delete from profiles where id = $1', [bob]);
    await bench.forgetClaims();
    await Promise.all([bench.letIn(at(60)), bench.letIn(at(60))]);
    expect((await bench.entered()).map(({ profile_id }) => profile_id)).toEqual([ann]);
  });

  it('a statement that takes too long for one holds up nobody else', async () => {
    await bench.publish(cart);
    const [ann, bob] = [await bench.person(), await bench.person()];
    for (const who of [ann, bob]) await bench.did(who, { name: 'Cart', time: at(0) });
    const slow = Object.assign(new Error('canceling statement due to statement timeout'), { code: '57014' });
    const windows = bench.windows({
      enter: (candidates, options) =>
        candidates.some(({ profileId }) => profileId === ann)
          ? Promise.reject(slow)
          : bench.entering.enter(candidates, options),
    });
    await bench.letIn(at(60), windows);
    expect((await bench.entered()).map(({ profile_id }) => profile_id)).toEqual([bob]);
  });

  it('two who decide about one key at once let in once', async () => {
    await bench.publish(cart, { rule: 'always', key: 'cart' });
    const people = await Promise.all(Array.from({ length: 20 }, () => bench.person()));
    for (const who of people)
      for (const minutes of [0, 5, 10])
        await bench.did(who, { name: 'Cart', time: at(minutes), properties: { cart: 'x' } });
    const few = new WindowRepository(bench.database);
    const claim = few.claim.bind(few);
    few.claim = (until) => claim(until, people.length);
    await Promise.all([1, 2, 3].map(() => bench.windows(bench.entering, few).letIn(at(100))));
    await bench.forgetClaims();
    await bench.letIn(at(100));
    expect((await bench.entered()).map(({ profile_id }) => profile_id).sort()).toEqual([...people].sort());
  });
});

type Did = { id: string; name: string; time: number; order: number; who: number; item: string; cart: string };

/** Who should have come in, in plain words: everything that is known, looked at whenever time passes. */
class Model {
  readonly did: Did[] = [];
  readonly into: number[] = [0, 1, 2, 3];
  waiting: { event: Did; due: number }[] = [];
  readonly entered: string[] = [];
  now = start;

  who(person: number): number {
    return this.into[person]!;
  }

  pass(keyed: boolean): void {
    const later = (a: Did, b: Did) => a.time > b.time || (a.time === b.time && a.order > b.order);
    const orders = (a: Did, until?: Did) =>
      this.did.some(
        (b) =>
          b.name === 'Order' &&
          this.who(b.who) === this.who(a.who) &&
          b.item === a.item &&
          later(b, a) &&
          (!until || !later(b, until)),
      );
    const sorted = [...this.waiting].sort((a, b) => (later(a.event, b.event) ? 1 : -1));
    const opened: typeof sorted = [];
    for (const each of sorted) {
      const within = opened.some(
        (open) =>
          keyed &&
          each.event.cart !== '' &&
          open.event.cart === each.event.cart &&
          this.who(open.event.who) === this.who(each.event.who) &&
          each.event.time < open.due &&
          !orders(open.event, each.event),
      );
      if (!within) opened.push(each);
    }
    const due = opened.filter((each) => each.due <= this.now);
    for (const { event } of due) if (!orders(event)) this.entered.push(event.id);
    const groups = new Set(due.map(({ event }) => `${this.who(event.who)} ${event.cart}`));
    this.waiting = this.waiting.filter((each) => {
      if (due.includes(each)) return false;
      const touched = keyed && each.event.cart !== '' && groups.has(`${this.who(each.event.who)} ${each.event.cart}`);
      return opened.includes(each) || !touched;
    });
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constantFrom('Cart', 'Cart', 'Order'),
      who: fc.integer({ min: 0, max: 3 }),
      item: fc.constantFrom('a', 'b'),
      cart: fc.constantFrom('', 'x', 'y'),
      late: fc.constantFrom(0, 0, 0, 1, 20, 70),
    }),
  },
  { weight: 3, arbitrary: fc.record({ pass: fc.constantFrom(0, 1, 10, 30, 60, 61) }) },
  {
    weight: 1,
    arbitrary: fc.record({ merge: fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 0, max: 3 })) }),
  },
  { weight: 1, arbitrary: fc.constant({ kill: true as const }) },
  { weight: 1, arbitrary: fc.constant({ publish: true as const }) },
);

it.each([true, false])(
  'whatever happens in whatever order, as a plain model says (run key: %j)',
  async (keyed) => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
        await bench.newWorkspace();
        const reentry = { rule: 'always', ...(keyed ? { key: 'cart' } : {}) };
        const entry = { ...cart, without: { event: 'Order', same: { property: 'item', of: 'item' } } };
        await bench.publish(entry, reentry);
        const people = await Promise.all([0, 1, 2, 3].map(() => bench.person()));
        const model = new Model();
        const decide = async (minutes: number): Promise<void> => {
          model.now += minutes * minute;
          await bench.letIn(model.now);
          model.pass(keyed);
          expect((await bench.entered()).map(({ event }) => event).sort()).toEqual([...model.entered].sort());
        };
        for (const each of steps) {
          if ('do' in each) {
            const { do: name, who, item, cart: key, late } = each;
            const time = model.now - late * minute;
            const properties = { item, ...(key !== '' && { cart: key }) };
            const id = await bench.did(people[model.who(who)]!, { name, time, received: model.now, properties });
            const event: Did = { id, name, time, order: model.did.length, who, item, cart: key };
            model.did.push(event);
            if (name === 'Cart') model.waiting.push({ event, due: time + 60 * minute });
          } else if ('pass' in each) await decide(each.pass);
          else if ('merge' in each) {
            const [from, into] = each.merge.map((person) => model.who(person)) as [number, number];
            if (from === into) continue;
            await bench.merge(people[from]!, people[into]!);
            for (const [person, now] of model.into.entries()) if (now === from) model.into[person] = into;
          } else if ('kill' in each) {
            await bench.letIn(model.now, bench.killed()).catch(() => undefined);
            await bench.forgetClaims();
          } else await bench.publish(entry, reentry);
        }
        await decide(200);
        expect(await bench.open()).toBe(0);
      }),
      { numRuns: Number(process.env['WEND_WINDOW_RUNS'] ?? 40) },
    );
  },
  300_000,
);

it('finds what is due, and what followed, by indexes among many', async () => {
  await bench.publish(cart);
  const { database, seeded } = bench;
  const ann = await bench.person();
  await database.query(
    `insert into entry_windows (workspace_id, journey_id, node, opening, profile_id, key, event_id, received_at, happened_at, position, due_at)
     select $1, $2, 'entry', 1, gen_random_uuid(), '', gen_random_uuid(), now(), now(), n, now() + make_interval(secs => n)
     from generate_series(1, 200000) n`,
    [seeded.workspaceId, seeded.journeyId],
  );
  await database.query(
    `insert into events (workspace_id, profile_id, name, message_id, time, received_at)
     select $1, case when n % 1000 = 0 then $2::uuid else gen_random_uuid() end, 'Order', n::text, to_timestamp(n), to_timestamp(n)
     from generate_series(1, 100000) n`,
    [seeded.workspaceId, ann],
  );
  await database.query('analyze entry_windows, events');
  const plans: string[] = [];
  const explained = {
    query: async (text: string, values: unknown[]) => {
      const rows = await database.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plans.push(rows.map((row) => row['QUERY PLAN']).join('\n'));
      return [];
    },
  } as unknown as Database;
  await new WindowRepository(explained).claim(new Date(), 500);
  const window = {
    id: seeded.journeyId,
    journey_id: seeded.journeyId,
    node: 'entry',
    opening: 1,
    profile_id: ann,
    key: '',
    event_id: ann,
    received_at: new Date(0),
    happened_at: new Date(0),
    position: '0',
    due_at: new Date(0),
  };
  await new OmissionRepository(explained).followed(seeded, { omitted: { event: 'Order' }, windows: [window] });
  expect(plans[0]).toContain('entry_windows_due');
  expect(plans[1]).toMatch(/events_\w*(profile|time_name)\w*/);
  expect(plans.join()).not.toContain('Seq Scan');
  await database.query('truncate entry_windows');
});

describe('why somebody did not come in', () => {
  const entry = { node: 'entry', ...cart } as EntryOf<'omission'>;
  const keptOut = (profileId: string, { now = at(61), ...more }: { now?: number; same?: string } = {}) =>
    new OmissionWindows(new WindowEventRepository(bench.database), new OmissionRepository(bench.database)).keptOut(
      { workspaceId: bench.seeded.workspaceId },
      {
        profileId,
        entry: more.same
          ? { ...entry, without: { event: 'Order', same: { property: more.same, of: more.same } } }
          : entry,
        now,
      },
    );

  it('is what they did in time, once the window is over', async () => {
    const ann = await bench.person();
    expect(await keptOut(ann)).toBeNull();
    await bench.store(ann, { name: 'Order', time: at(-1) });
    await bench.store(ann, { name: 'Cart', time: at(0), properties: { id: 'a' } });
    expect(await keptOut(ann)).toBeNull();
    await bench.store(ann, { name: 'Order', time: at(50), properties: { id: 'b' } });
    expect(await keptOut(ann)).toEqual({ opened: new Date(at(0)), followed: new Date(at(50)) });
    expect(await keptOut(ann, { now: at(59) })).toBeNull();
    expect(await keptOut(ann, { same: 'id' })).toBeNull();
    await bench.store(ann, { name: 'Order', time: at(60), properties: { id: 'a' } });
    expect(await keptOut(ann, { same: 'id' })).toEqual({ opened: new Date(at(0)), followed: new Date(at(60)) });
  });

  it('is nothing that came too late', async () => {
    const ann = await bench.person();
    await bench.store(ann, { name: 'Cart', time: at(0) });
    await bench.store(ann, { name: 'Order', time: at(60) + 1 });
    expect(await keptOut(ann, { now: at(90) })).toBeNull();
  });
});
