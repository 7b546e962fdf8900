import { afterAll, beforeAll, expect, it } from 'vitest';
import { testDatabase } from '../../test/database.js';
import { DeliveryOwner } from './delivery-owner.js';
import { DeliveryOwnerRepository } from './delivery-owner.repository.js';

let made: Awaited<ReturnType<typeof testDatabase>>;
beforeAll(async () => {
  made = await testDatabase();
});
afterAll(() => made?.drop());

const names = async () =>
  (await made.database.query<{ name: string }>('select name from delivery_owners')).map(({ name }) => name);

it('is seen by others while it lives, and leaves neither name nor connection behind', async () => {
  const owner = new DeliveryOwner(new DeliveryOwnerRepository(made.database));
  await owner.live();
  expect([owner.lives, await names()]).toEqual([true, [owner.name]]);
  await owner.end(true);
  expect([owner.lives, await names()]).toEqual([false, []]);
  expect(made.database.pool.totalCount - made.database.pool.idleCount).toBe(0);
});

it('leaves no connection behind when it ends while it still connects: the process could not end', async () => {
  const owner = new DeliveryOwner(new DeliveryOwnerRepository(made.database));
  const living = owner.live();
  await owner.end(true);
  await living;
  expect(owner.lives).toBe(false);
  expect(made.database.pool.totalCount - made.database.pool.idleCount).toBe(0);
});
