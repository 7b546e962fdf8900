import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { WindowBench } from '../../test/entry-windows.js';
import type { Database } from '../platform/database/index.js';
import { BurstRepository } from './burst.repository.js';

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
const edited = { kind: 'debounce', event: 'Edited', key: 'doc', quietSeconds: 300, mostSeconds: 1_200 };
const at = (minutes: number): number => start + minutes * minute;
const edit = (minutes: number, doc: string | null = 'x', text = `at ${minutes}`) => ({
  name: 'Edited',
  time: at(minutes),
  properties: { doc, text },
});
const texts = async () => (await bench.entered()).map(({ entry_data }) => entry_data['text']);

describe('who did something several times', () => {
  it('comes in by the last one, when it was quiet', async () => {
    await bench.publish(edited);
    const ann = await bench.person();
    for (const minutes of [0, 4, 8]) await bench.did(ann, edit(minutes));
    for (const minutes of [5, 9, 12]) await bench.letIn(at(minutes));
    expect(await bench.entered()).toEqual([]);
    await bench.letIn(at(13));
    expect(await texts()).toEqual(['at 8']);
    expect((await bench.entered())[0]?.entry_cause).toMatch(/^debounce\/entry\/[-0-9a-f]{36}\/[-0-9a-f]{36}$/);
    expect(await bench.open()).toBe(0);
    await bench.did(ann, edit(13));
    await bench.letIn(at(18));
    expect(await texts()).toEqual(['at 8', 'at 13']);
  });

  it('comes in after the longest time, though more keep coming, and again by those', async () => {
    await bench.publish(edited);
    const ann = await bench.person();
    for (let minutes = 0; minutes <= 30; minutes += 2) {
      await bench.letIn(at(minutes));
      await bench.did(ann, edit(minutes));
    }
    expect(await texts()).toEqual(['at 18']);
    await bench.letIn(at(60));
    expect(await texts()).toEqual(['at 18', 'at 30']);
    expect(await bench.open()).toBe(0);
  });

  it('comes in once for each value of the key, and what is none is one', async () => {
    await bench.publish(edited);
    const [ann, bob] = [await bench.person(), await bench.person()];
    for (const doc of ['x', 'y', '한글', null, '']) {
      await bench.did(ann, edit(0, doc));
      await bench.did(ann, edit(1, doc, `${doc}`));
    }
    await bench.did(bob, edit(1, 'x', 'bob'));
    await bench.letIn(at(6));
    expect((await texts()).sort()).toEqual(['', 'bob', 'null', 'x', 'y', '한글'].sort());
  });

  it('is one without a key, and events that do not fit are none', async () => {
    const { key: _, ...rest } = edited;
    await bench.publish({
      ...rest,
      where: { op: 'compare', left: { source: 'property', path: 'doc' }, is: 'notEquals', value: 'z' },
      maxAgeSeconds: 600,
    });
    const ann = await bench.person();
    await bench.did(ann, edit(0, 'x'));
    await bench.did(ann, edit(1, 'y'));
    await bench.did(ann, edit(2, 'z'));
    await bench.did(ann, { ...edit(-20, 'x'), received: at(3) });
    await bench.did(ann, { ...edit(4, 'x'), origin: 'import' });
    await bench.letIn(at(6));
    expect(await texts()).toEqual(['at 1']);
  });

  it('comes in by what happened last, also where it was received before', async () => {
    await bench.publish(edited);
    const ann = await bench.person();
    await bench.did(ann, edit(0, 'x', 'first'));
    await bench.did(ann, edit(0, 'x', 'the same moment'));
    await bench.did(ann, { ...edit(-30, 'x', 'from a phone'), received: at(2) });
    await bench.letIn(at(6));
    expect(await bench.entered()).toEqual([]);
    await bench.letIn(at(7));
    expect(await texts()).toEqual(['the same moment']);
  });
});

describe('between look and decision', () => {
  it('what is accepted belongs to it, also when nobody has heard of it', async () => {
    await bench.publish(edited);
    const ann = await bench.person();
    await bench.did(ann, edit(0));
    let unheard = '';
    const entering = bench.windows({
      enter: async (candidates, options) => {
        unheard ||= await bench.store(ann, edit(4));
        return bench.entering.enter(candidates, options);
      },
    });
    await bench.letIn(at(5), entering);
    expect(await bench.entered()).toEqual([]);
    await bench.letIn(at(9));
    expect(await texts()).toEqual(['at 4']);
    await bench.hear(unheard);
    await bench.letIn(at(60));
    expect(await texts()).toEqual(['at 4']);
    expect(await bench.open()).toBe(0);
  });

  it('what is heard of while a window ends opens the next one', async () => {
    await bench.publish(edited);
    const ann = await bench.person();
    await bench.did(ann, edit(0));
    let later: Promise<unknown> = Promise.resolve();
    const deciding = bench.windows({
      enter: (candidates, options) =>
        bench.entering.enter(candidates, {
          ...options,
          also: async (given) => {
            // Somebody else hears of it, and waits until it is decided.
            const heard = bench.did(ann, edit(6));
            await expect.poll(() => bench.waitsForLock()).toBe(true);
            await options?.also?.(given);
            later = heard;
          },
        }),
    });
    await bench.letIn(at(5), deciding);
    await later;
    expect(await bench.open()).toBe(1);
    await bench.letIn(at(11));
    expect(await texts()).toEqual(['at 0', 'at 6']);
  });

  it('a merge makes one of two', async () => {
    await bench.publish(edited);
    const [ann, anon] = [await bench.person(), await bench.person()];
    await bench.did(anon, edit(0));
    await bench.did(ann, edit(3));
    await bench.merge(anon, ann);
    await bench.letIn(at(7));
    expect(await bench.entered()).toEqual([]);
    await bench.letIn(at(8));
    expect(await texts()).toEqual(['at 3']);
    expect(await bench.open()).toBe(0);
  });

  it('a change of the key goes on with what was done', async () => {
    await bench.publish(edited);
    const ann = await bench.person();
    await bench.did(ann, edit(0, 'x'));
    await bench.did(ann, edit(1, 'y'));
    const { key: _, ...rest } = edited;
    await bench.publish(rest);
    await bench.letIn(at(10));
    expect(await texts()).toEqual(['at 1']);
    expect(await bench.open()).toBe(0);
  });
});

type Did = { id: string; time: number; received: number; order: number; who: number; doc: string };

/** Who should have come in: bursts as somebody would keep them who hears of everything at once. */
class Model {
  into = [0, 1, 2];
  bursts: Did[][] = [];
  entered: string[] = [];
  now = start;

  keyOf({ who, doc }: Did): string {
    return `${this.into[who]} ${doc}`;
  }

  did(event: Did): void {
    const limit = (burst: Did[]) => Math.min(...burst.map((each) => each.received)) + 20 * minute;
    const mine = this.bursts.find(
      (burst) => this.keyOf(burst[0]!) === this.keyOf(event) && event.received <= limit(burst),
    );
    if (mine) mine.push(event);
    else this.bursts.push([event]);
  }

  merge(from: number, into: number): void {
    this.into = this.into.map((each) => (each === from ? into : each));
    const all = this.bursts.flat().sort((a, b) => a.order - b.order);
    const keys = new Set(all.map((each) => this.keyOf(each)));
    this.bursts = [];
    for (const key of keys) {
      let burst: Did[] = [];
      for (const event of all.filter((each) => this.keyOf(each) === key)) {
        if (burst.length > 0 && event.received > burst[0]!.received + 20 * minute) {
          this.bursts.push(burst);
          burst = [];
        }
        burst.push(event);
      }
      this.bursts.push(burst);
    }
  }

  pass(): void {
    this.bursts = this.bursts.filter((burst) => {
      const ends = Math.min(burst.at(-1)!.received + 5 * minute, burst[0]!.received + 20 * minute);
      if (ends > this.now) return true;
      const [last] = [...burst].sort((a, b) => b.time - a.time || b.order - a.order);
      this.entered.push(last!.id);
      return false;
    });
  }
}

const step = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      who: fc.integer({ min: 0, max: 2 }),
      doc: fc.constantFrom('x', 'y'),
      late: fc.constantFrom(0, 0, 0, 1, 30),
    }),
  },
  { weight: 4, arbitrary: fc.record({ pass: fc.constantFrom(0, 1, 3, 5, 6, 20) }) },
  {
    weight: 1,
    arbitrary: fc.record({ merge: fc.tuple(fc.integer({ min: 0, max: 2 }), fc.integer({ min: 0, max: 2 })) }),
  },
  { weight: 1, arbitrary: fc.constant({ kill: true as const }) },
  { weight: 1, arbitrary: fc.constant({ publish: true as const }) },
);

it('whatever happens in whatever order, as a plain model says', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      await bench.newWorkspace();
      await bench.publish(edited);
      const people = await Promise.all([0, 1, 2].map(() => bench.person()));
      const model = new Model();
      let order = 0;
      const decide = async (minutes: number): Promise<void> => {
        model.now += minutes * minute;
        await bench.letIn(model.now);
        model.pass();
        expect((await bench.entered()).map(({ event }) => event).sort()).toEqual([...model.entered].sort());
      };
      for (const each of steps) {
        if ('doc' in each) {
          const { who, doc, late } = each;
          const time = model.now - late * minute;
          const given = { name: 'Edited', time, received: model.now, properties: { doc } };
          const id = await bench.did(people[model.into[who]!]!, given);
          model.did({ id, time, received: model.now, order: order++, who, doc });
        } else if ('pass' in each) await decide(each.pass);
        else if ('merge' in each) {
          const [from, into] = each.merge.map((person) => model.into[person]!) as [number, number];
          if (from === into) continue;
          await bench.merge(people[from]!, people[into]!);
          model.merge(from, into);
        } else if ('kill' in each) {
          await bench.letIn(model.now, bench.killed()).catch(() => undefined);
          await bench.forgetClaims();
        } else await bench.publish(edited);
      }
      for (let turn = 0; turn < 4; turn += 1) await decide(25);
      expect(await bench.open()).toBe(0);
    }),
    { numRuns: Number(process.env['WEND_WINDOW_RUNS'] ?? 40) },
  );
}, 300_000);

it('reads what came since by the index of the person', async () => {
  const { database, seeded } = bench;
  const ann = await bench.person();
  await database.query(
    `insert into events (workspace_id, profile_id, name, message_id, time, received_at)
     select $1, case when n % 1000 = 0 then $2::uuid else gen_random_uuid() end, 'Edited', n::text, to_timestamp(n), to_timestamp(n)
     from generate_series(1, 100000) n`,
    [seeded.workspaceId, ann],
  );
  await database.query('analyze events');
  let plan = '';
  const explained = {
    query: async (text: string, values: unknown[]) => {
      const rows = await database.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values);
      plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      return [];
    },
  } as unknown as Database;
  const window = {
    id: ann,
    journey_id: seeded.journeyId,
    node: 'entry',
    opening: 1,
    profile_id: ann,
    key: 'is x',
    event_id: ann,
    received_at: new Date(0),
    happened_at: new Date(0),
    position: '0',
    due_at: new Date(0),
  };
  const entry = { node: 'entry', kind: 'debounce', event: 'Edited', quietSeconds: 1, mostSeconds: 9 } as const;
  await new BurstRepository(explained).since(seeded, { entry, windows: [window] });
  expect(plan).toMatch(/Index (Only )?Scan using events_\w*(profile|time_name)/);
  expect(plan).not.toContain('Seq Scan');
});
