import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '@wend/contract';
import { activitySignal, heartbeatWhile } from '../src/worker.js';
import { resultOf, startEnvironment, startOf } from './environment.js';
import type { Environment } from './environment.js';
import { call, end, entry, programOf } from './programs.js';

/** A little longer than the server waits for a heartbeat. */
const longMs = 33_000;
const attempts = { dead: 0, long: 0 };
let environment: Environment;
beforeAll(async () => {
  environment = await startEnvironment({
    // To the server a worker that died looks like this: nothing more is heard of the activity.
    'node.test/dead.v1': async () => {
      attempts.dead += 1;
      if (attempts.dead === 1)
        await new Promise((_, reject) =>
          activitySignal().addEventListener('abort', () => reject(new Error('Nobody waits any more.'))),
        );
      return { kind: 'done', port: 'done' };
    },
    'node.test/long.v1': () =>
      heartbeatWhile(async () => {
        attempts.long += 1;
        await delay(longMs);
        return { kind: 'done', port: 'done' };
      }),
  });
});
afterAll(() => environment?.stop());

const calling = (activity: string): Program =>
  programOf([
    entry(1),
    { ...call('node', activity, 2), timeoutSeconds: 600 } as ReturnType<typeof call>,
    end('exit', 'done'),
  ]);

it('notices within half a minute that the worker of an activity is gone, and leaves one alone that is only slow', async () => {
  const [dead, long] = [startOf(calling('node.test/dead.v1')), startOf(calling('node.test/long.v1'))];
  await Promise.all([dead, long].map((start) => environment.runs.start(start)));
  const began = Date.now();
  expect(await resultOf(environment, dead)).toEqual({ outcome: 'completed', reason: 'done' });
  expect(Date.now() - began).toBeLessThan(45_000);
  expect(await resultOf(environment, long)).toEqual({ outcome: 'completed', reason: 'done' });
  expect(attempts).toEqual({ dead: 2, long: 1 });
});
