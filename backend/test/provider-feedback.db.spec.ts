import { afterAll, beforeAll, expect, it } from 'vitest';
import { builtInProviders } from '../src/channels/built-in.js';
import { logger } from '../src/platform/logging/index.js';
import { feedbackBench } from './feedback-bench.js';
import type { FeedbackBench } from './feedback-bench.js';
import { feedbackContract } from './feedback-contract.js';
import { feedbackSubjects } from './feedback-subjects.js';

let bench: FeedbackBench;
beforeAll(async () => {
  logger.level = 'fatal';
  bench = await feedbackBench(feedbackSubjects);
});
afterAll(() => bench?.close());

it('every provider that hears of its messages is tested: one that has no subject has nothing to show', () => {
  const hears = builtInProviders.filter(({ name }) => bench.find(name)?.feedback !== undefined);
  expect(Object.keys(feedbackSubjects).toSorted()).toEqual(hears.map(({ name }) => name).toSorted());
});

for (const { name, channel } of builtInProviders) {
  const subject = feedbackSubjects[name];
  if (subject) feedbackContract({ name, channel }, { subject, bench: () => bench });
}
