import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { EventsService } from '../events/index.js';
import type { Database, Scope } from '../platform/database/index.js';
import {
  fold,
  keyPatterns,
  mergeProfiles,
  nameMatches,
  namePatterns,
  nameSearchOf,
  placeOf,
} from '../profiles/index.js';
import { PeopleListRepository, mostCounted } from './people-list.repository.js';

let database: Database;
let drop: () => Promise<void>;
let lists: PeopleListRepository;
let events: EventsService;
let scope: Scope;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  lists = new PeopleListRepository(database);
  events = new EventsService(database);
});
afterAll(() => drop?.());
beforeEach(async () => {
  scope = { workspaceId: randomUUID() };
  await database.query(`insert into workspaces (id, name) values ($1, 'Test')`, [scope.workspaceId]);
});

const people = (...each: { userId: string; traits?: Record<string, string | number> }[]) =>
  events.ingest({ scope, events: each.map((one) => ({ kind: 'identify' as const, traits: {}, ...one })) });
const found = async (search: string) =>
  (await lists.page(scope, { search, limit: 50, sort: 'newest' })).rows.map((row) => row.external_id).sort();

describe('search', () => {
  it('finds words anywhere in names, address, id and number, whatever their accents, case and script', async () => {
    await people(
      { userId: 'ada', traits: { first_name: 'Ada', last_name: 'Love%lace', email: 'ada@example.com' } },
      { userId: 'minsu', traits: { name: '김민수', phone: '+82 10-1234-5678' } },
      { userId: 'jose', traits: { name: 'José Müller', email: 'jm@EXAMPLE.com' } },
      { userId: 'wang', traits: { name: '王小明' } },
      { userId: 'ivan', traits: { name: 'Иван Петров' } },
      { userId: 'user_1', traits: { name: 'user 1' } },
      { userId: 'luk', traits: { name: 'Łukasz Straße', last_name: 'Bjørn-Æther' } },
    );
    const cases: [string, string[]][] = [
      ['ada love%', ['ada']],
      ['e%l', ['ada']],
      ['lace ADA', ['ada']],
      ['EXAMPLE', ['ada', 'jose']],
      ['jose mul', ['jose']],
      ['MÜLLER', ['jose']],
      ['김', ['minsu']],
      ['김미', ['minsu']],
      ['민수', ['minsu']],
      ['김민수'.normalize('NFD'), ['minsu']],
      ['민소', []],
      ['小明', ['wang']],
      ['明小', []],
      ['петров', ['ivan']],
      ['010-1234-5678', ['minsu']],
      ['1234 5678', ['minsu']],
      ['+821012345678', ['minsu']],
      ['r_1', ['user_1']],
      ['u 1', ['user_1']],
      ['lukasz', ['luk']],
      ['ŁUK strasse', ['luk']],
      ['STRASSE', ['luk']],
      ['bjorn aether', ['luk']],
      ['zz', []],
      ['   ', ['ada', 'ivan', 'jose', 'luk', 'minsu', 'user_1', 'wang']],
    ];
    for (const [search, who] of cases) expect([search, await found(search)]).toEqual([search, who]);
  });

  it('folds as the database does, and asks the index for nothing that a text with the word has not', async () => {
    const sign = fc.constantFrom(
      ...'abzAZ 019.@_%-éÉñßẞØİıÄŁđĐþÆœ김민수ㄱ뷁각か王Жж',
      '😀',
      '\u0301',
      '\u1100',
      '\u11a8',
      'ﬁ',
      '１',
    );
    const text = fc.string({ unit: sign, maxLength: 24 });
    await fc.assert(
      fc.asyncProperty(text, text, fc.nat(), async (name, other, at) => {
        const whole = fold(` id  ${name}     `);
        const signs = Array.from(whole);
        const part = signs
          .slice(at % signs.length)
          .slice(0, 6)
          .join('')
          .split(' ')[0]!;
        const words = [...(nameSearchOf(part)?.words ?? []), ...(nameSearchOf(other)?.words ?? [])];
        const [row] = await database.query<{ search: string; missed: number[] }>(
          `with person as (
             select people_folded(' id  ' || $1 || '     ') as search
           )
           select search, array(
             select n::int4
             from jsonb_array_elements($2::jsonb) with ordinality as w (word, n)
             where strpos(search, word->>'place') > 0
               and exists (
                 select 1 from jsonb_array_elements_text(word->'keys') k (key) where people_search_key(search) not like key
               )
           ) as missed
           from person`,
          [name, JSON.stringify(words.map((word) => ({ place: placeOf(word), keys: keyPatterns(word) })))],
        );
        expect(row!.search).toBe(whole);
        expect(row!.missed).toEqual([]);
      }),
      { numRuns: 400, seed: 12 },
    );
  });

  it('is the same in lists that read each row', async () => {
    await people({ userId: 'minsu', traits: { name: '김민수', phone: '010 1234 5678' } }, { userId: 'ann' });
    const matches = async (search: string) => {
      const { words, digits } = namePatterns(search);
      return database.query<{ external_id: string }>(
        `select external_id from profiles where workspace_id = $1 and ${nameMatches({ words: '$2', digits: '$3' })}`,
        [scope.workspaceId, words, digits],
      );
    };
    for (const search of ['민수', '10-1234', 'an', 'minsu 김', 'x'])
      expect([search, (await matches(search)).map((row) => row.external_id)]).toEqual([search, await found(search)]);
  });
});

describe('pages', () => {
  it('give everybody once, also when all came in the same instant, in either order', async () => {
    await people(...Array.from({ length: 25 }, (_, n) => ({ userId: `user_${n}` })));
    for (const sort of ['newest', 'seen'] as const) {
      const ids: string[] = [];
      for (let cursor: string | undefined, isFirst = true; isFirst || cursor; isFirst = false) {
        const page = await lists.page(scope, { limit: 7, cursor, sort });
        ids.push(...page.rows.map(({ id }) => id));
        cursor = page.next ?? undefined;
      }
      expect([ids.length, new Set(ids).size]).toEqual([25, 25]);
    }
    for (const [one, other] of [
      ['newest', 'seen'],
      ['seen', 'newest'],
    ] as const) {
      const { next } = await lists.page(scope, { limit: 1, sort: one });
      await expect(lists.page(scope, { limit: 1, cursor: next!, sort: other })).rejects.toMatchObject({
        code: 'invalid-cursor',
      });
    }
    await expect(lists.page(scope, { limit: 1, cursor: 'nonsense', sort: 'seen' })).rejects.toMatchObject({
      code: 'invalid-cursor',
    });
  });

  it('repeat nobody and skip nobody who was there all the time, while people come, go and are merged', async () => {
    type Act = { kind: 'add' | 'delete' | 'merge'; at: number };
    const act: fc.Arbitrary<Act> = fc.record({ kind: fc.constantFrom('add', 'delete', 'merge'), at: fc.nat(30) });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.nat(3), { minLength: 8, maxLength: 25 }),
        fc.array(fc.array(act, { maxLength: 3 }), { minLength: 12, maxLength: 12 }),
        fc.integer({ min: 1, max: 5 }),
        fc.boolean(),
        async (starts, acts, limit, withSearch) => {
          const own = { workspaceId: randomUUID() };
          await database.query(`insert into workspaces (id, name) values ($1, 'Model')`, [own.workspaceId]);
          const here: string[] = [];
          const add = async (at: number) => {
            const id = randomUUID();
            // Few instants, so that many stand at the same one.
            await database.query(
              `insert into profiles (workspace_id, id, external_id, traits, created_at)
               values ($1, $2, $3, '{"name":"Somebody"}', timestamptz '2026-01-01 00:00:00Z' + $4 * interval '1 second')`,
              [own.workspaceId, id, id, at],
            );
            here.push(id);
          };
          for (const at of starts) await add(at);
          const before = new Set(here);
          const touched = new Set<string>();
          const seen: string[] = [];
          let cursor: string | undefined;
          for (let page = 0; page === 0 || cursor !== undefined; page += 1) {
            const { rows, next } = await lists.page(own, {
              limit,
              cursor,
              sort: 'newest',
              search: withSearch ? 'somebody' : undefined,
            });
            seen.push(...rows.map(({ id }) => id));
            cursor = next ?? undefined;
            for (const { kind, at } of acts[page] ?? []) {
              const [one, two] = [here[at % here.length], here[(at * 7 + 1) % here.length]];
              if (kind === 'add' || here.length < 3 || one === two) await add(at % 5);
              else {
                here.splice(here.indexOf(one!), 1);
                // Who takes somebody in may become as old as they are, and so move towards the end.
                for (const id of [one!, two!]) touched.add(id);
                if (kind === 'delete')
                  await database.query('delete from profiles where workspace_id = $1 and id = $2', [
                    own.workspaceId,
                    one,
                  ]);
                else
                  await database.transaction((sql) =>
                    mergeProfiles(own, { sql, merges: [{ from: one!, into: two! }] }),
                  );
              }
            }
          }
          const stayed = seen.filter((id) => !touched.has(id));
          expect(stayed.length).toBe(new Set(stayed).size);
          for (const id of before) if (!touched.has(id)) expect(seen).toContain(id);
        },
      ),
      { numRuns: 25, seed: 7 },
    );
  });
});

describe('whom an export is of', () => {
  async function gatheredOf(count: number) {
    await people(...Array.from({ length: count }, (_, n) => ({ userId: `user_${n}` })));
    const exportId = randomUUID();
    await lists.gather(scope, { exportId });
    const rows = await database.query<{ place: number; id: string }>(
      `select place, profile_id as id from export_people where export_id = $1 and profile_id is not null order by place`,
      [exportId],
    );
    const page = (after: number) => lists.gathered(scope, { exportId, after, limit: 4 });
    const rest = async (after: number | null) => {
      const ids: string[] = [];
      for (let at = after; at !== null;) {
        const { rows: some, last } = await page(at);
        ids.push(...some.map(({ id }) => id));
        at = last;
      }
      return ids;
    };
    return { exportId, ids: rows.map(({ id }) => id), page, rest };
  }

  it.each([0, 1, 4, 5, 8, 11])('%s of them are read to the end, each once', async (count) => {
    const { ids, rest } = await gatheredOf(count);
    expect(ids).toHaveLength(count);
    expect(await rest(0)).toEqual(ids);
  });

  it('is read whole while they are merged and deleted under the reader', async () => {
    const { ids, page, rest } = await gatheredOf(12);
    const first = await page(0);
    const read = first.rows.map(({ id }) => id);
    const [unread, gone, last] = [ids[5]!, ids[6]!, ids[11]!];
    await people({ userId: 'came later' });
    const { rows } = await lists.page(scope, { externalId: 'came later', limit: 1, sort: 'newest' });
    const merge = (from: string, into: string) =>
      database.transaction((sql) => mergeProfiles(scope, { sql, merges: [{ from, into }] }));
    // Into somebody who was read, into one whom the filter did not find, and of one who comes last into one who is next.
    await merge(unread, read[0]!);
    await merge(ids[7]!, rows[0]!.id);
    await merge(last, ids[4]!);
    await database.query('delete from export_people where profile_id = $1', [gone]);
    expect([...read, ...(await rest(first.last))]).toEqual([...ids.slice(0, 5), rows[0]!.id, ...ids.slice(8, 11)]);
  });

  it('never ends well when it went, or is about to go', async () => {
    const crashed = await gatheredOf(9);
    const { last } = await crashed.page(0);
    const broken = /not whole/;
    await database.query('delete from export_people where export_id = $1', [crashed.exportId]);
    await expect(crashed.rest(last)).rejects.toThrow(broken);
    await expect(crashed.rest(0)).rejects.toThrow(broken);
    const old = await gatheredOf(3);
    await database.query(
      `update export_people set created_at = now() - interval '23 hours 1 second' where export_id = $1`,
      [old.exportId],
    );
    await expect(old.rest(0)).rejects.toThrow(broken);
  });
});

it('a rule that groups people is asked without workers that would each group all of them again', async () => {
  const left = { source: 'eventCount', event: 'Ordered' } as const;
  const rule = (value: number) => ({ op: 'compare', left, is: 'atLeast', value }) as const;
  const settings: unknown[] = [];
  const heard = new Proxy(database, {
    get: (of, name) =>
      name === 'transaction'
        ? (work: never, options: { settings: string[] }) => {
            settings.push(options.settings.includes('max_parallel_workers_per_gather = 0'));
            return of.transaction(work, options);
          }
        : (Reflect.get(of, name) as unknown),
  });
  const list = new PeopleListRepository(heard);
  for (const filter of [{ rule: rule(2) }, { search: 'ann' }]) {
    await list.page(scope, { ...filter, limit: 5, sort: 'newest' });
    await list.count(scope, filter);
    await list.gather(scope, { ...filter, exportId: randomUUID() });
  }
  expect(settings).toEqual([true, true, true, false, false, false]);
});

describe('at size', () => {
  const big = { workspaceId: randomUUID() };
  beforeAll(async () => {
    await database.query(`insert into workspaces (id, name) values ($1, 'Big')`, [big.workspaceId]);
    await database.query(
      `insert into profiles (workspace_id, external_id, traits, created_at, last_seen_at)
       select $1, 'user-' || n, jsonb_build_object('name', case when n = 77 then '제갈공명' else 'Person ' || md5(n::text) end,
         'email', substr(md5(n::text), 1, 8) || '@gmail.com'),
         now() - n * interval '1 minute', now() - (n * 7919 % 200000) * interval '1 minute'
       from generate_series(1, 200000) n`,
      [big.workspaceId],
    );
    await database.query('vacuum analyze profiles');
  }, 120_000);

  it('reads few rows for a word that few have, one that many have, an address and a page', async () => {
    const read = async (work: () => Promise<unknown>) => {
      await database.query('select pg_stat_force_next_flush()');
      const before = await touched();
      await work();
      await database.query('select pg_stat_force_next_flush()');
      return (await touched()) - before;
    };
    const page = (filter: { search?: string; email?: string }, sort: 'newest' | 'seen' = 'newest') =>
      lists.page(big, { ...filter, limit: 50, sort });
    expect((await page({ search: '갈공명' })).rows.map((row) => row.external_id)).toEqual(['user-77']);
    for (const [name, work] of Object.entries({
      rare: () => page({ search: '갈공명' }),
      common: () => page({ search: 'gmail.com' }),
      nobody: () => page({ search: 'zzzzzzz' }),
      address: () => page({ email: 'C4CA4238@gmail.com' }),
      'an address that is searched': () => page({ search: 'c4ca4238@gmail' }),
      seen: () => page({}, 'seen'),
    })) {
      // Twice: what another connection of the pool had read before may be counted while the first goes on.
      const rows = Math.min(await read(work), await read(work));
      expect([name, rows < 25_000]).toEqual([name, true]);
    }
  });

  it('counts honestly', async () => {
    expect(await lists.count(big, { search: 'gmail' })).toBe(mostCounted + 1);
    expect(await lists.count(big, { search: '제갈' })).toBe(1);
    expect(await lists.count(big, {})).toBe(mostCounted + 1);
  });

  async function touched(): Promise<number> {
    const [row] = await database.query<{ n: string }>(
      `select seq_tup_read + coalesce(idx_tup_fetch, 0) as n from pg_stat_user_tables where relname = 'profiles'`,
    );
    return Number(row!.n);
  }
});
