import { defineNode, done, waitFor } from '@wend/node-sdk';
import { z } from 'zod';

/** What a test sees of these nodes, and holds them up with: they run in its own process. */
const shared = (globalThis.waitingNodes ??= { began: [], aborted: [], gate: null });
const base = {
  version: 1,
  category: 'action',
  icon: 'hourglass',
  config: z.object({}),
  ports: [{ id: 'next', label: 'Next' }],
  output: z.object({}).loose(),
};

/** Works until it is told to stop, and then has a result all the same. */
const patient = defineNode({
  ...base,
  type: 'test/patient',
  title: 'Patient',
  description: 'Works until it is told to stop.',
  retry: { attempts: 1, timeoutSeconds: 600 },
  run: async ({ signal, idempotencyKey }) => {
    shared.began.push(idempotencyKey);
    await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    shared.aborted.push(idempotencyKey);
    return done('next', { late: true });
  },
});

const quick = defineNode({
  ...base,
  type: 'test/quick',
  title: 'Quick',
  description: 'Has its result at once.',
  run: async () => done('next', {}),
});

/** Waits for a payment and tells what it saw of it. */
const payment = defineNode({
  ...base,
  type: 'test/payment',
  title: 'Payment',
  description: 'Waits for a payment.',
  run: async ({ idempotencyKey }) => {
    shared.began.push(idempotencyKey);
    // The side effect is done; what it leads to may happen before the node says that it waits for it.
    await shared.gate;
    return waitFor({
      event: 'Paid',
      where: { op: 'compare', left: { source: 'property', path: 'ok' }, is: 'equals', value: true },
      timeoutSeconds: 30,
      memo: 'kept',
    });
  },
  resume: async ({ resume }) =>
    done('next', {
      reason: resume.reason,
      memo: resume.memo,
      ...(resume.event ? { name: resume.event.name, properties: resume.event.properties } : {}),
    }),
});

export const nodes = [patient, quick, payment];
