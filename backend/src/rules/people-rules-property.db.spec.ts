import { comparisons, operandDefinition, operators } from '@wend/contract';
import type { Comparand, Compare, Json, Operand, OperandOf, Rule, Window } from '@wend/contract';
import { comparesOf, evaluate, typed } from '@wend/engine';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { modelAnswer } from '../../test/rules-model.js';
import { forget, store } from '../../test/rules-world.js';
import type { World, WorldPerson } from '../../test/rules-world.js';
import type { Database } from '../platform/database/index.js';
import { Parameters, PeopleRules, PeopleRulesRepository, peopleSql } from './index.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

/** More runs, with a seed that is printed, by `WEND_RULES_RUNS=2000`; else always the same. */
const runs = Number(process.env['WEND_RULES_RUNS'] ?? 0);
const rulesPerWorld = 12;
const second = 1_000;
const hour = 3_600 * second;
const day = 24 * hour;
/** Havana's clocks go forward at midnight then: that day begins at 01:00. */
const ats = [
  Date.parse('2026-05-03T20:00:00Z'),
  Date.parse('2026-03-08T12:30:00Z'),
  Date.parse('2026-11-01T04:30:00Z'),
  Date.parse('2028-02-28T23:30:00Z'),
];

const journeys = ['0190a6f0-0000-7000-8000-000000000001', '0190a6f0-0000-7000-8000-000000000002'];
const segments = ['0190a6f0-0000-7000-8000-000000000003', '0190a6f0-0000-7000-8000-000000000004'];
const zones = fc.constantFrom(
  'America/Havana',
  'Asia/Kolkata',
  'Asia/Seoul',
  'pacific/apia',
  'Europe/Berlin',
  'CET',
  'UTC',
  'Mars/Olympus',
  ' Asia/Tokyo ',
  '',
);
/** Around the time that is asked for: where windows of these tests begin and end, a little off, and ahead of it. */
const timesAround = (at: number) =>
  fc
    .tuple(
      fc.constantFrom(0, 60 * second, hour, day, 2 * day, 3 * day, 7 * day, 30 * day, -5 * second, -hour, -day),
      fc.constantFrom(0, 1, -1, 30 * 60 * second, -5 * hour, 7 * hour, 12 * hour),
    )
    .map(([ago, off]) => at - ago + off);
const loose = fc.constantFrom<Json>('pro', 'Pro', '10', 10, 2, 0, true, null, ['a', 'b', 10], '', 'a');
const dates = (at: number) =>
  fc.oneof(
    timesAround(at).map((time): Json => new Date(time).toISOString()),
    timesAround(at).map((time): Json => Math.floor(time / 1_000)),
    timesAround(at).map((time): Json => new Date(time).toISOString().slice(0, 10)),
    fc.constantFrom<Json>(
      '1992-02-29',
      '2027-03-01',
      '1990-05-04',
      '2026-05-03T23:30',
      '2026-02-30',
      'soon',
      5,
      '9999-12-31',
      '0001-01-01',
    ),
  );
const points = fc.constantFrom<Json>(
  { lat: 52.52, lng: 13.405 },
  { latitude: 52.53, longitude: 13.4 },
  { lat: null, latitude: -33.8, lng: 151.2 },
  { lat: 91, lng: 0 },
  { lat: '52', lng: 13 },
  { lat: 0, lng: 180 },
  'Berlin',
);
const traitsAt = (at: number) =>
  fc.record(
    {
      plan: loose,
      born: dates(at),
      nested: fc.record({ a: loose, when: dates(at) }, { requiredKeys: [] }),
      location: points,
      timezone: zones,
      timeZone: zones,
      email: fc.constantFrom<Json>('Mina@Example.com', ' a@b.co ', 'nobody', 'x@y', 5, 'held@example.com'),
      phone: fc.constantFrom<Json>(
        '+49 151 12345678',
        '010-1234-5678',
        'call me',
        '12',
        '+4915100000000',
        '004915112345678',
      ),
      country: fc.constantFrom<Json>('KR', 'DE'),
    },
    { requiredKeys: [] },
  ) as fc.Arbitrary<WorldPerson['traits']>;
/** By channel, also more opens than messages, or fewer messages than none: what was sent earlier was opened, or bounced. */
const learned = fc.dictionary(
  fc.constantFrom('', 'email', 'sms', 'push', 'webhook', 'gone'),
  fc.record({ sent: fc.constantFrom(-1, 0, 1, 5, 40), opens: fc.constantFrom(0, 1, 5, 20) }),
  { maxKeys: 5 },
);
const names = fc.constantFrom('A', 'B', 'C');
const personAt = (at: number): fc.Arbitrary<WorldPerson> =>
  fc.record({
    id: fc.uuid(),
    traits: traitsAt(at),
    events: fc.array(
      fc.record({
        name: names,
        time: timesAround(at),
        properties: fc.record(
          { n: fc.constantFrom<Json>(1, 2.5, '3.25', 'x', null, 10, -4), s: fc.constantFrom('x', 'y'), at: dates(at) },
          { requiredKeys: [] },
        ) as fc.Arbitrary<WorldPerson['traits']>,
        test: fc.constantFrom(false, false, false, true),
      }),
      { maxLength: 7 },
    ),
    messages: fc.array(
      fc.record({
        journey: fc.nat(1),
        node: fc.constantFrom('n1', 'n2'),
        channel: fc.constantFrom('email', 'sms'),
        test: fc.constantFrom(false, false, false, true),
        told: fc.array(
          fc.record({
            status: fc.constantFrom('sent', 'delivered', 'opened', 'clicked'),
            at: timesAround(at),
            by: fc.constantFrom('person' as const, 'person' as const, 'machine' as const),
          }),
          { maxLength: 4 },
        ),
      }),
      { maxLength: 3 },
    ),
    runs: fc.array(
      fc
        .record({
          journey: fc.nat(1),
          entered: timesAround(at),
          ended: fc.option(timesAround(at)),
          status: fc.constantFrom('completed', 'exited', 'cancelled'),
          test: fc.constantFrom(false, false, false, true),
        })
        .map((run) => ({ ...run, status: run.ended === null ? 'running' : run.status })),
      { maxLength: 3 },
    ),
    devices: fc.array(
      fc.record({
        kind: fc.constantFrom('fcm', 'webpush'),
        platform: fc.constantFrom('ios', 'android', 'web', null),
        app: fc.constantFrom('shop', null),
        version: fc.constantFrom('1.9', '1.10', '1.10.0', '2.0-beta', '2', 'dev', null),
        permission: fc.constantFrom('authorized', 'provisional', 'denied'),
      }),
      { maxLength: 2 },
    ),
    consents: fc.dictionary(
      fc.constantFrom('email', 'sms', 'push', 'email offers', 'email news', 'sms offers'),
      fc.constantFrom('subscribed', 'unsubscribed', 'pending'),
      { maxKeys: 3 },
    ),
    learned,
    segments: fc.uniqueArray(fc.nat(1)),
  });
const worldAt = (at: number): fc.Arbitrary<World> =>
  fc.record({
    workspaceId: fc.uuid(),
    timeZone: fc.constantFrom('UTC', 'Europe/Berlin', 'America/Havana'),
    country: fc.constantFrom('DE', null),
    journeys: fc.constant(journeys),
    segments: fc.constant(segments),
    topics: fc.constantFrom({ offers: 'subscribed', news: 'unsubscribed' }, { offers: 'unsubscribed' }),
    suppressed: fc.subarray([
      { channel: 'email', address: 'held@example.com' },
      { channel: 'email', address: 'mina@example.com' },
      { channel: 'sms', address: '+4915100000000' },
    ]),
    learned,
    people: fc.uniqueArray(personAt(at), { minLength: 5, maxLength: 8, selector: ({ id }) => id }),
  });

const property = (path: string, is: Compare['is'], value: Comparand): Rule => ({
  op: 'compare',
  left: { source: 'property', path },
  is,
  value,
});
const filters = fc.constantFrom<(Rule | undefined)[]>(
  undefined,
  undefined,
  property('n', 'atLeast', 2),
  { op: 'not', rule: property('s', 'equals', 'x') },
  { op: 'any', rules: [property('s', 'equals', 'y'), property('n', 'equals', '3.25')] },
);
const windows = (at: number): fc.Arbitrary<Window> =>
  fc.oneof(
    fc.constant({}),
    fc.constantFrom(60, 3_600, 86_400, 3 * 86_400, 30 * 86_400).map((withinSeconds) => ({ withinSeconds })),
    fc.constantFrom(1, 2, 3, 7).map((withinDays) => ({ withinDays })),
    fc
      .tuple(fc.option(timesAround(at), { nil: undefined }), fc.option(timesAround(at), { nil: undefined }))
      .map((bounds) => bounds.map((each) => each && new Date(each).toISOString().slice(0, 10)))
      .map(([from, to]) => ({ ...(from ? { from } : {}), ...(to ? { to } : {}) })),
  );
const journey = fc.option(fc.constantFrom(...journeys), { nil: undefined });
const channels = fc.constantFrom('email', 'sms', 'push');
const version = fc.option(fc.constantFrom('1.9', '1.10', '2', '1.9.1'), { nil: undefined });

/** How each kind of operand is made up: a new kind without an entry does not compile. */
type Operands = { readonly [Kind in Operand['source']]: (at: number) => fc.Arbitrary<Omit<OperandOf<Kind>, 'source'>> };
const made: Operands = {
  trait: () => fc.record({ path: fc.constantFrom('plan', 'born', 'nested.a', 'nested.when', 'none') }),
  property: () => fc.record({ path: fc.constantFrom('n') }),
  entry: () => fc.record({ path: fc.constantFrom('n') }),
  run: () => fc.record({ path: fc.constantFrom('n') }),
  eventCount: (at) =>
    fc.tuple(fc.record({ event: names, where: filters }), windows(at)).map((parts) => Object.assign({}, ...parts)),
  eventValue: (at) =>
    fc
      .tuple(
        fc.record({
          measure: fc.constantFrom('sum', 'minimum', 'maximum', 'first', 'last', 'distinctDays'),
          event: names,
          where: filters,
          property: fc.constantFrom(undefined, 'n', 'at'),
        }),
        windows(at),
      )
      .map(([operand, window]) => ({
        ...operand,
        ...(['sum', 'minimum', 'maximum'].includes(operand.measure) ? { property: 'n' } : {}),
        ...window,
      })) as ReturnType<Operands['eventValue']>,
  sequence: (at) =>
    fc
      .tuple(
        fc.record({
          event: names,
          where: filters,
          then: names,
          thenWhere: filters,
          thenWithinSeconds: fc.constantFrom(60, 3_600, 86_400, 3 * 86_400),
          without: fc.constantFrom(undefined, true),
        }),
        windows(at),
      )
      .map(([operand, window]) => ({ ...operand, ...window })),
  messages: (at) =>
    fc
      .tuple(
        fc.record({
          state: fc.constantFrom('sent', 'delivered', 'opened', 'clicked'),
          journey,
          node: fc.constantFrom(undefined, 'n1'),
          channel: fc.constantFrom(undefined, 'email', 'sms'),
        }),
        windows(at),
      )
      .map(([operand, window]) => ({ ...operand, ...window })) as ReturnType<Operands['messages']>,
  journeys: (at) =>
    fc
      .tuple(fc.record({ state: fc.constantFrom('in', 'entered', 'completed', 'exited'), journey }), windows(at))
      .map(([operand, window]) => ({ ...operand, ...(operand.state === 'in' ? {} : window) })) as ReturnType<
      Operands['journeys']
    >,
  segment: () => fc.record({ segment: fc.constantFrom(...segments) }),
  consent: () =>
    fc.record({ channel: channels, topic: fc.constantFrom(undefined, 'offers', 'news', 'gone') }) as ReturnType<
      Operands['consent']
    >,
  reachable: () => fc.record({ channel: fc.constantFrom('email', 'sms', 'push', 'webpush', 'webhook') }),
  bestChannel: () => fc.constant({}),
  device: () =>
    fc.record({
      platform: fc.constantFrom(undefined, 'ios', 'android'),
      permission: fc.constantFrom(undefined, 'denied'),
      app: fc.constantFrom(undefined, 'shop'),
      versionFrom: version,
      versionBelow: version,
    }) as ReturnType<Operands['device']>,
  distance: () =>
    fc.record({
      path: fc.constant('location'),
      latitude: fc.constantFrom(52.5, 0),
      longitude: fc.constantFrom(13.4, -179),
    }),
  randomBucket: () => fc.constant({}),
  globalHoldout: () => fc.constant({}),
  localTime: () => fc.record({ part: fc.constantFrom('weekday', 'hour', 'date') }),
};
const kinds = Object.keys(made) as Operand['source'][];

/** Right sides near what the left can be. */
const rightSide = (
  left: Operand,
  { is, at }: { is: Compare['is']; at: number },
): fc.Arbitrary<Comparand | undefined> => {
  if (operators[is].takes === 'nothing') return fc.constant(undefined);
  if (operators[is].calendar) return fc.oneof(fc.integer({ min: 0, max: 8 }), fc.constantFrom(31, 365, 1.5));
  if (operators[is].takes === 'list') return fc.array(scalarFor(left, at), { maxLength: 3 });
  return scalarFor(left, at);
};
const scalarFor = (left: Operand, at: number): fc.Arbitrary<string | number | boolean | null> => {
  const others = fc.constantFrom<string | number | boolean | null>('pro', 10, '10', true, null, 'x', 2);
  const near: Partial<Record<Operand['source'], fc.Arbitrary<string | number | boolean>>> = {
    segment: fc.boolean(),
    reachable: fc.boolean(),
    consent: fc.constantFrom('subscribed', 'unsubscribed', 'pending'),
    bestChannel: fc.constantFrom('email', 'sms', 'push', 'webpush'),
    randomBucket: fc.integer({ min: 0, max: 9_999 }),
    globalHoldout: fc.boolean(),
    distance: fc.constantFrom(1_000, 20_000, 9_000_000, 16_000_000),
    localTime: fc.oneof(
      fc.integer({ min: 0, max: 23 }),
      timesAround(at).map((time) => new Date(time).toISOString().slice(0, 10)),
    ),
    trait: fc.oneof(others as fc.Arbitrary<string>, dates(at) as fc.Arbitrary<string>),
    eventValue: fc.oneof(fc.integer({ min: -4, max: 12 }), dates(at) as fc.Arbitrary<string>),
  };
  return fc.oneof(
    { weight: 8, arbitrary: near[left.source] ?? fc.integer({ min: 0, max: 4 }) },
    { weight: 1, arbitrary: others },
  );
};
const comparesAt = (at: number): fc.Arbitrary<Rule> =>
  fc
    .constantFrom(...kinds)
    .chain((source) => made[source](at).map((fields) => ({ source, ...fields }) as unknown as Operand))
    .chain((left) => {
      const offered = operandDefinition(left).values(left).offered;
      return fc
        .oneof(
          { weight: 6, arbitrary: fc.constantFrom(...offered) },
          { weight: 1, arbitrary: fc.constantFrom(...comparisons) },
        )
        .chain((is) => rightSide(left, { is, at }).map((value): Rule => ({ op: 'compare', left, is, value })));
    });
const rulesAt = (at: number): fc.Arbitrary<Rule> =>
  fc.letrec<{ rule: Rule }>((tie) => ({
    rule: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      { weight: 3, arbitrary: comparesAt(at) },
      fc.record({
        op: fc.constantFrom('all' as const, 'any' as const),
        rules: fc.array(tie('rule'), { minLength: 1, maxLength: 3 }),
      }),
      fc.record({ op: fc.constant('not' as const), rule: tie('rule') }),
    ),
  })).rule;
const cases = fc
  .constantFrom(...ats)
  .chain((at) =>
    fc.tuple(
      fc.constant(at),
      worldAt(at),
      fc.array(rulesAt(at), { minLength: rulesPerWorld, maxLength: rulesPerWorld }),
      fc.array(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), { minLength: 6, maxLength: 6 }),
    ),
  );

const byModel = (rule: Rule, asked: { world: World; person: WorldPerson; at: number }) =>
  evaluate(typed(rule), { fact: (fact) => modelAnswer(fact, asked) });

async function members(world: World, { rule, at }: { rule: Rule; at: number }): Promise<Set<string>> {
  const parameters = new Parameters([]);
  const { workspaceId } = world;
  const sql = peopleSql({ rule, at, profile: 'p', parameters, workspaceId });
  const rows = await database.query<{ id: string; member: boolean | null }>(
    `select p.id, ${sql} as member from profiles p where p.workspace_id = $${parameters.values.push(workspaceId)}::uuid`,
    parameters.values,
    { assembled: true },
  );
  expect(rows.every(({ member }) => member !== null)).toBe(true);
  return new Set(rows.filter(({ member }) => member).map(({ id }) => id));
}

describe('rules about people', () => {
  it(
    'have one answer in the engine over plain facts, in SQL for one and in SQL for many, until it says that it may change',
    async () => {
      const answered = new Set<string>();
      const turned = new Set<string>();
      const rules = new PeopleRules(new PeopleRulesRepository(database));
      await fc.assert(
        fc.asyncProperty(cases, async ([at, world, written, probes]) => {
          try {
            await store(database, world);
            const profileIds = world.people.map(({ id }) => id);
            const all = await rules.answerAll(world, { rules: written, profileIds, at });
            for (const [place, rule] of written.entries()) {
              const many = await members(world, { rule, at });
              const turns = new Set<number>();
              for (const person of world.people) {
                const { member, changesAt, trace } = all.get(person.id)![place]!;
                const expected = byModel(rule, { world, person, at });
                const shown = { rule, at: new Date(at).toISOString(), zone: world.timeZone, person };
                expect({ member, trace, ...shown }).toEqual({ member: expected.result, trace: expected, ...shown });
                expect({ many: many.has(person.id), ...shown }).toEqual({ many: expected.result, ...shown });
                if (rule.op === 'compare') answered.add(`${rule.left.source} ${expected.result}`);
                // What is asked at any time before is the same.
                const last = changesAt ?? at + 800 * day;
                expect(last).toBeGreaterThan(at);
                for (const probe of [
                  ...probes.map((each) => Math.min(last - 1, Math.floor(at + each * (last - at)))),
                  last - 1,
                ]) {
                  const then = byModel(rule, { world, person, at: probe }).result;
                  expect({ then, probe: new Date(probe).toISOString(), changesAt, ...shown }).toEqual({
                    then: member,
                    probe: new Date(probe).toISOString(),
                    changesAt,
                    ...shown,
                  });
                }
                if (changesAt === null || changesAt > at + 800 * day) continue;
                turns.add(changesAt);
                if (byModel(rule, { world, person, at: changesAt }).result !== member)
                  for (const { left } of comparesOf(rule)) turned.add(left.source);
              }
              // SQL turns with the model, at the millisecond.
              for (const turn of [...turns].slice(0, 1))
                for (const time of [turn - 1, turn]) {
                  const then = await members(world, { rule, at: time });
                  const expected = world.people.filter((person) => byModel(rule, { world, person, at: time }).result);
                  expect({ rule, time, then: [...then].sort() }).toEqual({
                    rule,
                    time,
                    then: expected.map(({ id }) => id).sort(),
                  });
                }
            }
          } finally {
            await forget(database, world);
          }
        }),
        // A world shrinks slowly and says little more: what differs is shown with its person.
        { endOnFailure: true, ...(runs > 0 ? { numRuns: runs } : { numRuns: 80, seed: 20_261_212 }) },
      );
      const constant: Operand['source'][] = ['property', 'entry', 'run'];
      const asked = kinds.filter((kind) => !constant.includes(kind));
      expect([...answered].sort()).toEqual(
        expect.arrayContaining(asked.flatMap((kind) => [`${kind} false`, `${kind} true`])),
      );
      expect([...turned].sort()).toEqual(
        expect.arrayContaining(['eventCount', 'eventValue', 'journeys', 'localTime', 'messages', 'sequence', 'trait']),
      );
    },
    300_000 + runs * 2_000,
  );
});
