import type { Client } from '@temporalio/client';
import { expect, it } from 'vitest';
import { RunsClient } from '../src/runs.js';

/** A server at the edge of gRPC that answers each request to skip time with this status. */
function runsAgainst(code: number): { runs: RunsClient; asked: () => number } {
  let asked = 0;
  const workflowService = {
    updateWorkflowExecutionOptions: async () => {
      asked += 1;
      throw Object.assign(new Error('refused'), { code });
    },
  };
  return {
    runs: new RunsClient({ connection: { workflowService }, options: { namespace: 'wend' } } as unknown as Client),
    asked: () => asked,
  };
}

it('knows a server without time skipping by its refusal, and asks once', async () => {
  const { runs, asked } = runsAgainst(12);
  expect([await runs.canSkip(), await runs.canSkip()]).toEqual([false, false]);
  expect(asked()).toBe(1);
});

it.each([
  ['says that there is no such run', 5],
  ['does not answer', 14],
])('takes time skipping for possible when the server %s', async (_what, code) => {
  expect(await runsAgainst(code).runs.canSkip()).toBe(true);
});
