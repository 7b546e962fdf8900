import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { planIdentities } from './identity-plan.js';
import type { KnownIdentity, Person } from './identity-plan.js';
import {
  displayName,
  emailOf,
  excessOf,
  forgetOldest,
  joinTraits,
  mergeTraits,
  phoneOf,
  timeZoneOf,
} from './traits.js';
import type { TraitState } from './traits.js';

const known = (
  kind: 'user' | 'anonymous',
  value: string,
  profileId: string,
  externalId: string | null = null,
): KnownIdentity => ({ kind, value, profileId, externalId });
const person = (userId: string | null, anonymousId: string | null, previousId?: string): Person => ({
  userId,
  anonymousId,
  ...(previousId ? { previousId } : {}),
});

describe('planIdentities', () => {
  it('makes one profile for a visitor who signs up within one batch', () => {
    const plan = planIdentities({
      people: [person(null, 'a'), person('u', 'a'), person('u', null), person(null, 'a')],
      known: [],
    });
    expect(plan.creates).toEqual([{ id: plan.profileIds[0], externalId: 'u' }]);
    expect(new Set(plan.profileIds).size).toBe(1);
    expect(plan.links.map(({ kind, value }) => `${kind}:${value}`)).toEqual(['anonymous:a', 'user:u']);
    expect(plan).toMatchObject({ claims: [], merges: [] });
  });

  it('never writes a visitor of this batch who turns out to be known', () => {
    const plan = planIdentities({
      people: [person(null, 'a'), person('u', 'a')],
      known: [known('user', 'u', 'P', 'u')],
    });
    expect(plan).toMatchObject({
      creates: [],
      merges: [],
      profileIds: ['P', 'P'],
      links: [{ kind: 'anonymous', value: 'a', profileId: 'P' }],
    });
  });

  it("claims an anonymous profile, merges one of a known user, leaves a stranger's alone", () => {
    expect(planIdentities({ people: [person('u', 'a')], known: [known('anonymous', 'a', 'A')] })).toMatchObject({
      creates: [],
      claims: [{ profileId: 'A', externalId: 'u' }],
      profileIds: ['A'],
    });
    expect(
      planIdentities({
        people: [person('u', 'a')],
        known: [known('anonymous', 'a', 'A'), known('user', 'u', 'U', 'u')],
      }),
    ).toMatchObject({ merges: [{ from: 'A', into: 'U' }], profileIds: ['U'] });
    expect(
      planIdentities({
        people: [person('u', 'a')],
        known: [known('anonymous', 'a', 'X', 'x'), known('user', 'u', 'U', 'u')],
      }),
    ).toMatchObject({ merges: [], links: [], profileIds: ['U'] });
  });

  it('joins by alias: a visitor, another user, a name not seen yet', () => {
    expect(planIdentities({ people: [person('u', null, 'a')], known: [known('anonymous', 'a', 'A')] })).toMatchObject({
      creates: [],
      claims: [{ profileId: 'A', externalId: 'u' }],
      merges: [],
    });
    expect(
      planIdentities({
        people: [person('u', null, 'old')],
        known: [known('user', 'old', 'O', 'old'), known('user', 'u', 'U', 'u')],
      }),
    ).toMatchObject({ merges: [{ from: 'O', into: 'U' }], profileIds: ['U'] });
    const late = planIdentities({
      people: [person('u', null, 'old'), person(null, 'old'), person('old', null)],
      known: [known('user', 'u', 'U', 'u')],
    });
    expect(late).toMatchObject({ creates: [], profileIds: ['U', 'U', 'U'] });
  });

  it('follows chains of merges to one profile', () => {
    const plan = planIdentities({
      people: [person('u', 'a'), person('v', null, 'u'), person(null, 'a')],
      known: [known('anonymous', 'a', 'A'), known('user', 'u', 'U', 'u'), known('user', 'v', 'V', 'v')],
    });
    expect(plan.profileIds).toEqual(['V', 'V', 'V']);
    expect(plan.merges).toEqual([
      { from: 'A', into: 'V' },
      { from: 'U', into: 'V' },
    ]);
  });

  it('holds its invariants for any sequence', () => {
    const name = fc.constantFrom('1', '2', '3', '4');
    const someone = fc.oneof(
      fc.record({ userId: name, anonymousId: fc.option(name) }),
      fc.record({ userId: fc.constant(null), anonymousId: name }),
      fc.record({ userId: name, anonymousId: fc.constant(null), previousId: name }),
    ) as fc.Arbitrary<Person>;
    const knowns = fc
      .uniqueArray(fc.record({ kind: fc.constantFrom('user' as const, 'anonymous' as const), value: name }), {
        selector: ({ kind, value }) => kind + value,
      })
      .map((list) =>
        list.map((each) => ({
          ...each,
          profileId: each.kind === 'user' ? `U${each.value}` : `A${each.value}`,
          externalId: each.kind === 'user' ? each.value : null,
        })),
      );
    fc.assert(
      fc.property(fc.array(someone, { minLength: 1, maxLength: 12 }), knowns, (people, list) => {
        const plan = planIdentities({ people, known: list });
        const gone = new Set(plan.merges.map(({ from }) => from));
        const exists = new Set([...plan.creates.map(({ id }) => id), ...list.map(({ profileId }) => profileId)]);
        for (const id of [
          ...plan.profileIds,
          ...plan.links.map(({ profileId }) => profileId),
          ...plan.merges.map(({ into }) => into),
          ...plan.claims.map(({ profileId }) => profileId),
        ]) {
          expect(exists.has(id)).toBe(true);
          expect(gone.has(id)).toBe(false);
        }
        const externalIds = [
          ...plan.creates.flatMap(({ externalId }) => externalId ?? []),
          ...plan.claims.map(({ externalId }) => externalId),
        ];
        expect(new Set(externalIds).size).toBe(externalIds.length);
        expect(new Set(plan.merges.map(({ from }) => from)).size).toBe(plan.merges.length);
        // The same user id always means the same profile.
        const byUser = new Map<string, string>();
        people.forEach((each, index) => {
          if ('profileId' in each || each.userId === null) return;
          expect(byUser.get(each.userId) ?? plan.profileIds[index]).toBe(plan.profileIds[index]);
          byUser.set(each.userId, plan.profileIds[index]!);
        });
      }),
    );
  });
});

describe('traits', () => {
  it('come to the same end in any order', () => {
    const update = fc.record({
      traits: fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.oneof(fc.integer(), fc.constant(null))),
      at: fc.integer({ min: 0, max: 1_000_000 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(update, { selector: ({ at }) => at, maxLength: 6 }), fc.integer(), (updates, seed) => {
        const stateOf = (list: typeof updates) => {
          const { traits, times } = list.reduce<TraitState>(mergeTraits, { traits: {}, times: {} });
          return { traits, times };
        };
        const inOrder = stateOf([...updates].sort((x, y) => x.at - y.at));
        const shuffled = stateOf(
          [...updates].sort((x, y) => ((x.at * 7919 + seed) % 101) - ((y.at * 7919 + seed) % 101)),
        );
        expect(shuffled).toEqual(inOrder);
        const [left, right] = [updates.slice(0, 2), updates.slice(2)].map(stateOf);
        expect(joinTraits(left!, right!)).toEqual(inOrder);
      }),
    );
  });

  it('name people by the best there is', () => {
    expect(displayName({ traits: { name: 'Ada L.', email: 'a@b.c' }, externalId: 'u' })).toBe('Ada L.');
    expect(displayName({ traits: { firstName: 'Ada', last_name: 'Lovelace' }, externalId: 'u' })).toBe('Ada Lovelace');
    expect(displayName({ traits: { name: ' ', email: 'a@b.c' }, externalId: 'u' })).toBe('a@b.c');
    expect(displayName({ traits: {}, externalId: 'u' })).toBe('u');
    expect(displayName({ traits: {}, externalId: null })).toBe('Anonymous');
  });

  it('are read strictly where something is sent to them', () => {
    expect(['a@b.co', 'a@b', 'a b@c.de', 'a@b.co, x@y.zz', '', 5].map((email) => emailOf({ email }))).toEqual([
      'a@b.co',
      null,
      null,
      null,
      null,
      null,
    ]);
    expect(['+1 (212) 555-0100', '12', 'call 5551234567', 4915112345678].map((phone) => phoneOf({ phone }))).toEqual([
      '+1 (212) 555-0100',
      null,
      null,
      '4915112345678',
    ]);
    expect(['Asia/Seoul', 'Mars/Olympus', ''].map((timezone) => timeZoneOf({ timezone }))).toEqual([
      'Asia/Seoul',
      null,
      null,
    ]);
  });
});

describe('limits of traits', () => {
  const many = (count: number, from = 0) =>
    Object.fromEntries(Array.from({ length: count }, (_, index) => [`t${from + index}`, index]));

  it('say what is too much, and let those who have too much change and remove', () => {
    expect(excessOf(many(499), many(500))).toBeNull();
    expect(excessOf(many(500), many(501))).toBe('would give the person 501 traits; a person can have 500');
    expect(excessOf(many(900), many(900))).toBeNull();
    expect(excessOf(many(900), many(899))).toBeNull();
    expect(excessOf({ a: 'é'.repeat(40_000) }, { a: 'é'.repeat(60_000) })).toBe(
      'would give the person traits of 118 KB; a person can have 100 KB',
    );
    expect(excessOf({ a: 'x'.repeat(200_000) }, { a: 'x'.repeat(150_000), b: 1 })).toBeNull();
  });

  it('forget what was removed longest ago, and nothing that is there', () => {
    let state = { traits: {}, times: {} } as ReturnType<typeof mergeTraits>;
    for (let at = 0; at < 30; at += 1) {
      const names = many(100, at * 100);
      state = forgetOldest(
        mergeTraits(mergeTraits(state, { traits: { ...names, kept: at }, at }), {
          traits: Object.fromEntries(Object.keys(names).map((name) => [name, null])),
          at,
        }),
      );
    }
    expect(state.traits).toEqual({ kept: 29 });
    expect(Object.keys(state.times)).toHaveLength(1_000);
    expect([state.times['kept'], state.times['t2999'], state.times['t0']]).toEqual([29, 29, undefined]);
  });
});
