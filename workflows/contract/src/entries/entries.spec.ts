import { describe, expect, it } from 'vitest';
import { emptyGraph, ownEvents, validate } from '../index.js';
import type { Rule, TraceClause } from '../index.js';
import type { JsonObject } from '../json.js';
import { entryKinds, refusalWords } from './index.js';

const plan: Rule = { op: 'compare', left: { source: 'trait', path: 'plan' }, is: 'equals', value: 'pro' };
const trace: TraceClause = { rule: plan, result: false, seen: 'free' };

describe('why somebody was kept out', () => {
  it.each([
    ['filter', trace, 'they didn’t match the entry’s filter: plan is pro (it was free)'],
    ['filter', { ...trace, seen: null }, 'they didn’t match the entry’s filter: plan is pro (it was empty)'],
    [
      'filter',
      { rule: { op: 'all', rules: [plan, plan] }, result: false, clauses: [{ ...trace, result: true }, trace] },
      'they didn’t match the entry’s filter: plan is pro (it was free)',
    ],
    ['reentry', { rule: 'never', inside: false }, 'they had entered before, and people enter only once'],
    ['reentry', { rule: 'after', inside: false }, 'they had entered too recently'],
    ['reentry', { rule: 'after', afterSeconds: 604_800, inside: true }, 'they had entered less than 7 days before'],
    ['reentry', { rule: 'whenLeft', inside: true }, 'they were in the journey already'],
    ['limit', { limit: 'perDay', most: 10 }, '10 people had entered that day, which is the limit'],
    ['limit', null, 'the journey was full'],
    ['holdout', null, 'they are in the holdout, which never enters'],
    ['too-old', {}, 'the event reached Wend too long after it happened'],
    ['stopped', null, 'the journey wasn’t open'],
    ['stopped', { removed: true }, 'the published version doesn’t have this entry any more'],
    ['stopped', { midway: true }, 'letting people in was stopped before it was their turn'],
    ['paused', null, 'the journey was paused when its schedule came'],
    ['stopped', { scheduledAt: '2026-12-01T09:00:00.000Z' }, 'the journey was closed when its schedule came'],
    ['stopped', { failed: true }, 'letting people in went wrong before it was their turn'],
    ['missed', null, 'Wend wasn’t running when the schedule came, and was back too late to catch up'],
  ] as const)('%s: %j', (reason, seen, words) => {
    expect(refusalWords({ reason, seen: seen as never })).toBe(words);
  });
});

describe('kinds of entries, whatever settings are left half-way', () => {
  it.each([{}, { segment: 7, on: 'sideways' }, { fields: [null, { path: 3 }, { path: ' a.b ' }] }, { event: null }])(
    'answer for %j',
    (config) => {
      for (const kind of Object.values(entryKinds)) {
        const given = config as unknown as JsonObject;
        expect(kind.events(given)).toEqual([]);
        expect(kind.fields(given, () => [])).toEqual(
          'fields' in config && [entryKinds.api, entryKinds.business, entryKinds.journey].includes(kind)
            ? ['a.b']
            : kind.fields({}, () => []),
        );
        expect(kind.letsInAllOf(given, given)).toBe(false);
      }
    },
  );

  it('wait for events that settings name, or for those that Wend alone tells', () => {
    const settings = new Proxy({}, { get: () => 'Named' }) as unknown as JsonObject;
    for (const kind of Object.values(entryKinds))
      for (const name of kind.events(settings)) expect(name === 'Named' || ownEvents.has(name), name).toBe(true);
  });

  it('a segment entry is shadowed by one that lets in the same people before it', () => {
    const { letsInAllOf } = entryKinds.segment;
    const here = { segment: 's', on: 'entered' };
    expect(letsInAllOf(here, here)).toBe(true);
    expect(letsInAllOf(here, { ...here, on: 'left' })).toBe(false);
    expect(letsInAllOf(here, { ...here, present: true })).toBe(false);
    expect(letsInAllOf({ ...here, audience: plan as never }, here)).toBe(false);
  });
});

it('a business event entry that lets in at most so many leaves the others to the next', () => {
  const { letsInAllOf } = entryKinds.business;
  const here = { event: 'Sales Low', audience: plan as never };
  expect(letsInAllOf(here, { ...here, most: 5 })).toBe(true);
  expect(letsInAllOf({ ...here, most: 5 }, here)).toBe(false);
  expect(letsInAllOf({ ...here, where: plan as never }, here)).toBe(false);
  expect(letsInAllOf(here, { ...here, event: 'Sales High' })).toBe(false);
});

describe('an omission', () => {
  const config = { event: ' Cart ', without: { event: 'Order', same: 'id' }, within: { amount: 90, unit: 'minutes' } };

  it('is worded by both events and the time, once all are there', () => {
    const { words, needs, fields } = entryKinds.omission;
    expect(words(config)).toEqual({ before: 'on', name: 'Cart without Order within 1 h 30 min' });
    expect(words({ ...config, without: { event: ' ' } })).toBeNull();
    expect(words({ ...config, within: { amount: 0, unit: 'days' } })).toBeNull();
    expect(needs?.(config)).toEqual(['id']);
    expect(needs?.({ ...config, without: { event: 'Order', same: 'id', sameAs: 'sku' } })).toEqual(['sku']);
    expect(fields(config, (name) => (name === 'Cart' ? ['id'] : undefined))).toEqual(['id']);
  });

  it('is shadowed only by the same', () => {
    const { letsInAllOf } = entryKinds.omission;
    expect(letsInAllOf(config, { ...config })).toBe(true);
    expect(letsInAllOf(config, { ...config, within: { amount: 1, unit: 'days' } })).toBe(false);
  });
});

it('a place entry by any place lets in those of each', () => {
  const { letsInAllOf, events } = entryKinds.place;
  const any = { on: 'left', places: [], tags: [] };
  const some = { on: 'left', places: [], tags: ['store'] };
  expect([letsInAllOf(any, some), letsInAllOf(some, any), letsInAllOf(some, some)]).toEqual([true, false, true]);
  expect(letsInAllOf(any, { ...any, on: 'entered' })).toBe(false);
  expect(events(any)).toEqual(['Place Left']);
});

it('a debounced event is worded by its event and the quiet time', () => {
  const { words, letsInAllOf } = entryKinds.debounce;
  const config = { event: 'Saved', quiet: { amount: 5, unit: 'minutes' }, most: { amount: 1, unit: 'hours' } };
  expect(words(config)).toEqual({ before: 'on', name: 'the last Saved when there was none for 5 min' });
  expect(words({ event: 'Saved' })).toBeNull();
  expect(letsInAllOf(config, { ...config })).toBe(true);
  expect(letsInAllOf(config, { ...config, key: 'doc' })).toBe(false);
});

describe('limits and holdout of a draft', () => {
  const issues = (settings: JsonObject) =>
    validate(
      { ...emptyGraph(), settings: { ...emptyGraph().settings, ...settings } as never },
      { manifests: new Map() },
    ).filter(({ code }) => code === 'invalid-settings');

  it('may be absent, or whole numbers of at least one', () => {
    expect(issues({})).toEqual([]);
    expect(issues({ limits: { total: 1, perDay: 10, atOnce: 5, perMinute: 600 }, holdout: { percent: 0.5 } })).toEqual(
      [],
    );
  });

  it.each([
    [{ limits: { total: 0 } }, 'settings.limits.total'],
    [{ limits: { perDay: 1.5 } }, 'settings.limits.perDay'],
    [{ limits: { perMinute: 2_000_000 } }, 'settings.limits.perMinute'],
    [{ holdout: {} }, 'settings.holdout.percent'],
    [{ holdout: { percent: 95 } }, 'settings.holdout.percent'],
  ])('are told where %j is wrong', (settings, path) => {
    expect(issues(settings as unknown as JsonObject).map((issue) => issue.path)).toEqual([path]);
  });
});

it('knows schedules that are over for everybody, wherever they live', () => {
  const isOver = (when: object, now = '2026-06-02T12:00Z') =>
    entryKinds.schedule.isOver?.(
      { when: { zone: 'person', time: '09:00', start: '2026-06-01', ...when } },
      Date.parse(now),
    );
  expect(isOver({ repeats: 'once' })).toBe(true);
  // At the end of the world it is the first of June still.
  expect(isOver({ repeats: 'once' }, '2026-06-01T20:59Z')).toBe(false);
  expect(isOver({ repeats: 'daily', every: 1 })).toBe(false);
  expect(isOver({ repeats: 'daily', every: 1, end: { kind: 'on', day: '2026-06-01' } })).toBe(true);
  expect(isOver({ repeats: 'daily', every: 1, end: { kind: 'after', times: 3 } })).toBe(false);
  expect(entryKinds.schedule.isOver?.({}, 0)).toBe(false);
});
