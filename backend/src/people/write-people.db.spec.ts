import { afterAll, beforeAll, expect, it } from 'vitest';
import { newWorkspace } from '../../test/audience.js';
import { testDatabase } from '../../test/database.js';
import { EventsService } from '../events/index.js';
import type { Database } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { ProfileRepository } from '../profiles/index.js';
import { WritePeopleRepository } from './write-people.repository.js';
import { WritePeopleService } from './write-people.service.js';

let database: Database;
let drop: () => Promise<void>;
let caller: Caller;
let service: WritePeopleService;
beforeAll(async () => {
  ({ database, drop } = await testDatabase());
  caller = await newWorkspace(database);
  service = new WritePeopleService(
    database,
    new WritePeopleRepository(),
    new ProfileRepository(database),
    new EventsService(database),
    // Nobody's consents are changed here.
    {} as never,
    { record: () => Promise.resolve() } as never,
  );
});
afterAll(() => drop?.());

it('a trait that is called as what every object has is a trait like others', async () => {
  const { profile } = await service.upsert(caller, { externalId: 'ann', traits: {}, consents: {} });
  const edit = (traits: object, expected: object) =>
    service.edit(caller, { id: profile.id, traits: traits as never, expected: expected as never, consents: {} });
  await edit({ toString: 'a', valueOf: null }, { toString: null, valueOf: null });
  const [row] = await database.query<{ traits: object }>('select traits from profiles where id = $1', [profile.id]);
  expect(row!.traits).toEqual({ toString: 'a' });
  await expect(edit({ toString: 'b' }, { toString: 'c', hasOwnProperty: 1 })).rejects.toMatchObject({
    code: 'profile-changed',
    details: {
      errors: [
        { path: 'traits.toString', message: 'is "a" now' },
        { path: 'traits.hasOwnProperty', message: 'is not there any more' },
      ],
    },
  });
});
