import { appendFileSync, existsSync } from 'node:fs';
import { defineNode, done, PermanentError } from '@wend/node-sdk';
import { z } from 'zod';

/** What a test sees of these nodes, and holds them up with, where they run in its own process. */
const shared = (globalThis.undoNodes ??= { did: [], gate: null, failing: false });
/** The same by files, where they run in another one: what they did is in it, and they wait while `<file>.gate` is there. */
const file = process.env.WEND_TEST_UNDO_FILE;
const base = {
  version: 1,
  category: 'action',
  icon: 'ticket',
  config: z.object({}),
  ports: [{ id: 'next', label: 'Next' }],
  output: z.object({ code: z.string() }),
};

async function isLetThrough() {
  await shared.gate;
  while (file && existsSync(`${file}.gate`)) await new Promise((resolve) => setTimeout(resolve, 50));
}

function note(what) {
  shared.did.push(what);
  if (file) appendFileSync(file, `${what}\n`);
}

/** Gives a coupon. */
const give = defineNode({
  ...base,
  type: 'test/give-coupon',
  title: 'Give coupon',
  description: 'Gives a coupon.',
  undo: true,
  run: async ({ idempotencyKey }) => {
    note(`give ${idempotencyKey}`);
    return done('next', { code: 'SAVE10' });
  },
});

/** Takes it back, by its code, when it is let. */
const revoke = defineNode({
  ...base,
  type: 'test/revoke-coupon',
  title: 'Revoke coupon',
  description: 'Takes a coupon back.',
  run: async ({ idempotencyKey, run }) => {
    await isLetThrough();
    if (shared.failing) throw new PermanentError('gone', 'There is no such coupon.');
    note(`revoke ${run.give.code} ${idempotencyKey}`);
    return done('next', { code: '' });
  },
});

export const nodes = [give, revoke];
