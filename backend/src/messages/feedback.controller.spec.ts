import { randomUUID } from 'node:crypto';
import { expect, it } from 'vitest';
import { FeedbackController } from './feedback.controller.js';

/** What a call is answered with; its connection is gone, which is found out when its turn has come. */
function controller() {
  const connections = { find: async () => null };
  const made = new FeedbackController(
    connections as never,
    { isFeedback: () => true } as never,
    { find: () => undefined } as never,
    {} as never,
    {} as never,
  );
  const place = { workspaceId: randomUUID(), connectionId: randomUUID(), token: 't' };
  return async (): Promise<number> => {
    let given = 0;
    const response = {
      destroyed: false,
      status: (status: number) => ((given = status), response),
      set: () => response,
      type: () => response,
      send: () => response,
    };
    await made.hear(place, {} as never, response as never);
    return given;
  };
}

it('lets as many calls wait as a mailing brings in a moment, since some providers never say again what was refused', async () => {
  const call = controller();
  const answers = await Promise.all(Array.from({ length: 1_500 }, call));
  expect(answers.filter((status) => status === 429)).toEqual([]);
});

it('refuses what could not be answered in time', async () => {
  const call = controller();
  const answers = Array.from({ length: 7_000 }, call);
  expect(await Promise.race(answers.slice(-10))).toBe(429);
});
