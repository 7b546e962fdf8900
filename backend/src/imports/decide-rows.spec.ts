import { randomUUID } from 'node:crypto';
import { importSettings } from '@wend/contract';
import type { ImportCounts, JsonObject } from '@wend/contract';
import { expect, it } from 'vitest';
import { decideRows } from './decide-rows.js';
import type { Known } from './decide-rows.js';
import type { PlannedRow } from './plan-row.js';

const settings = importSettings.parse({
  delimiter: ',',
  header: true,
  match: 'externalId',
  columns: [{ to: 'externalId' }],
});
type Said = { id: string; traits?: JsonObject; consents?: Record<string, boolean>; at?: number };

/** Goes through rows `size` at a time, as a run does: `real` writes what it decides, a dry run only what it met. */
function through(said: Said[], { size, real, traits = {} }: { size: number; real: boolean; traits?: JsonObject }) {
  const ann = {
    id: randomUUID(),
    externalId: 'ann',
    traits,
    times: Object.fromEntries(Object.keys(traits).map((name) => [name, 50])),
  };
  const known: Known = {
    people: new Map([['ann', [ann.id]]]),
    owners: new Map(),
    states: new Map([[ann.id, ann]]),
    consents: new Map([[`${ann.id} email`, { state: 'subscribed', at: 1 }]]),
    members: new Set(),
    met: new Map(),
  };
  const rows = said.map(({ id, at = 100, traits: own = {}, consents = {} }, index): PlannedRow => ({
    lineNumber: index + 2,
    cells: [id],
    externalId: id,
    email: null,
    traits: own,
    consents,
    at,
  }));
  const sums: Partial<ImportCounts> = {};
  for (let at = 0; at < rows.length; at += size) {
    const decision = decideRows({ rows: rows.slice(at, at + size), bad: [], settings, known });
    for (const [name, count] of Object.entries(decision.counts))
      sums[name as keyof ImportCounts] = (sums[name as keyof ImportCounts] ?? 0) + count;
    for (const [key, line] of decision.keys) known.met.set(key, line);
    if (!real) continue;
    for (const person of decision.creates) {
      known.people.set(person.externalId!, [person.id]);
      known.states.set(person.id, { ...person, externalId: person.externalId });
    }
    for (const update of decision.updates) known.states.set(update.id, { ...known.states.get(update.id)!, ...update });
    for (const { profileId, channel, state, at: since, again } of decision.consents) {
      const before = known.consents.get(`${profileId} ${channel}`);
      if (before?.state !== 'unsubscribed' || again)
        known.consents.set(`${profileId} ${channel}`, { state, at: since });
    }
  }
  return {
    counts: sums,
    traits: known.states.get(ann.id)!.traits,
    consent: known.consents.get(`${ann.id} email`)!.state,
  };
}

const ways = [1, 2, 100].flatMap((size) => [true, false].map((real) => ({ size, real })));

it.each(ways)('counts a person by all of their rows: %o', (way) => {
  const traits = { plan: 'pro' };
  const late = through(
    [
      { id: 'ann', traits: { plan: 'x' }, at: 10 },
      { id: 'bo' },
      { id: 'ann', traits: { plan: 'new' } },
      { id: 'ann', traits: { plan: 'newer' } },
      { id: 'bo', traits: { plan: 'y' } },
    ],
    { ...way, traits },
  );
  expect(late.counts).toMatchObject({ rows: 5, created: 1, changed: 1, unchanged: 0, repeated: 3, late: 1 });
  const same = through(
    [
      { id: 'ann', traits },
      { id: 'ann', traits },
    ],
    { ...way, traits },
  );
  expect(same.counts).toMatchObject({ changed: 0, unchanged: 1, repeated: 1 });
});

it.each([1, 2, 100])('lets the later row count for consents, %i rows at a time', (size) => {
  const no = { id: 'ann', consents: { email: false } };
  const yes = { id: 'ann', consents: { email: true } };
  expect(through([no, yes], { size, real: true }).consent).toBe('subscribed');
  expect(through([yes, no], { size, real: true }).consent).toBe('unsubscribed');
  expect(through([no, yes, no], { size, real: true }).consent).toBe('unsubscribed');
});

it('keeps a name that every object has apart from it, also beside late values', () => {
  const { traits, counts } = through([{ id: 'ann', traits: { plan: 'x', toString: 'a' }, at: 10 }], {
    size: 1,
    real: true,
    traits: { plan: 'pro' },
  });
  expect(traits).toEqual({ plan: 'pro', toString: 'a' });
  expect(counts).toMatchObject({ changed: 1, late: 1 });
});

it('leaves lists and objects that an export wrote as they are', () => {
  const traits = { sizes: [1, 2], address: { city: 'Seoul' } };
  const done = through([{ id: 'ann', traits: { sizes: ['1', '2'], address: '{"city":"Seoul"}' } }], {
    size: 1,
    real: true,
    traits,
  });
  expect(done).toMatchObject({ traits, counts: { unchanged: 1 } });
  const other = through([{ id: 'ann', traits: { sizes: ['2'] } }], { size: 1, real: true, traits });
  expect(other.counts).toMatchObject({ changed: 1 });
});
