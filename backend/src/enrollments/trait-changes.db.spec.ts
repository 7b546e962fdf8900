import { applyTraitChanges, traitDos } from '@wend/contract';
import type { Json, JsonObject, TraitChange } from '@wend/contract';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import type { Database } from '../platform/database/index.js';

let database: Database;
let drop: () => Promise<void>;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
});
afterAll(() => drop());

const number = fc.oneof(
  fc.integer({ min: -5, max: 5 }),
  fc.double({ noNaN: true, noDefaultInfinity: true }),
  fc.double({ min: -1e16, max: 1e16, noNaN: true }),
  fc.constantFrom(0.1, 0.2, 999_999_999_999_999, 123_456_789_012.0625, 1e-20, -0.000_05),
);
const scalar: fc.Arbitrary<Json> = fc.oneof(
  number,
  number.map((each) => String(each)),
  fc.constantFrom<Json>('a', '한글', '', 'gold', null, true, '007.5', '-0', { x: 1 }, { x: 1.0, y: null }),
);
const value: fc.Arbitrary<Json> = fc.oneof(scalar, fc.array(scalar, { maxLength: 4 }));
const name = fc.constantFrom('a', 'b', '이름');
const change: fc.Arbitrary<TraitChange> = fc.record(
  { name, do: fc.constantFrom(...traitDos), value },
  { requiredKeys: ['name', 'do'] },
);
const traits: fc.Arbitrary<JsonObject> = fc.dictionary(name, value).map((each) => ({ ...each }));

it('come to the same in the database and in the engine', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(traits, fc.array(change, { maxLength: 5 })), { minLength: 1, maxLength: 40 }),
      async (cases) => {
        const rows = await database.query<{ after: JsonObject }>(
          `select apply_trait_changes(c.value -> 0, c.value -> 1) as after
           from jsonb_array_elements($1::jsonb) with ordinality as c(value, place) order by c.place`,
          [JSON.stringify(cases)],
        );
        // As JSON has them: there is no -0.
        const plain = (each: Json): Json => JSON.parse(JSON.stringify(each)) as Json;
        expect(rows.map(({ after }) => after)).toEqual(
          cases.map(([before, changes]) => plain(applyTraitChanges(plain(before) as JsonObject, changes))),
        );
      },
    ),
    { numRuns: 100 },
  );
});
