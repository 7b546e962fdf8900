import { expect, it } from 'vitest';
import { NodeSlots } from './node-slots.js';

const never = new AbortController().signal;

it('calls that hang make room for others, up to a bound; what ends gives its place back', async () => {
  const slots = new NodeSlots({ quick: 3, longMs: 5, all: 8 });
  const taken = Array.from({ length: 3 }, () => slots.tryReserveSlot()!);
  expect(slots.tryReserveSlot()).toBeNull();
  const next = slots.reserveSlot({}, never);
  for (const permit of taken) slots.markSlotUsed({ permit });
  // They take long by now.
  const fourth = await next;
  const rest = [await slots.reserveSlot({}, never), await slots.reserveSlot({}, never)];
  for (const permit of [fourth, ...rest]) slots.markSlotUsed({ permit });
  const more = [await slots.reserveSlot({}, never), await slots.reserveSlot({}, never)];
  expect(slots.tryReserveSlot()).toBeNull();
  const waiting = slots.reserveSlot({}, never);
  slots.releaseSlot({ permit: taken[0]! });
  expect(await waiting).toBeDefined();
  for (const permit of [...taken.slice(1), fourth, ...rest, ...more]) slots.releaseSlot({ permit });
  expect(Array.from({ length: 5 }, () => slots.tryReserveSlot()).filter(Boolean)).toHaveLength(2);
});

it('who gives up waiting takes no place', async () => {
  const slots = new NodeSlots({ quick: 1, longMs: 60_000, all: 2 });
  const permit = slots.tryReserveSlot()!;
  const stop = new AbortController();
  const waiting = slots.reserveSlot({}, stop.signal);
  stop.abort(new Error('stopped'));
  await expect(waiting).rejects.toThrow('stopped');
  slots.releaseSlot({ permit });
  expect(slots.tryReserveSlot()).not.toBeNull();
});
