import fc from 'fast-check';
import { expect, it } from 'vitest';
import { factKey, simulate } from '@wend/engine';
import { MemoryStore } from './testing/memory-store.js';
import { calmScenarios, followed, moved, scenarios } from './testing/random-scenarios.js';
import { referenceStory } from './testing/reference-model.js';
import type { Scenario } from './testing/scenario.js';
import { playThrough, storyOf } from './testing/world.js';

/*
 * The promise of a run is tested against a model: random journeys with waits, loops, looking back, exits and custom
 * nodes; events in batches of the same instant, late, before and after outages; processes killed at any point.
 * WEND_MODEL_RUNS=100000 plays more, with a new seed.
 */
const asked = Number(process.env['WEND_MODEL_RUNS'] ?? 0);
const options = asked > 0 ? { numRuns: asked } : { numRuns: 3_000, seed: 20_260_728 };
const identity = {
  workspaceId: 'w',
  enrollmentId: 'run',
  journeyId: 'j',
  versionId: 'v',
  profileId: 'p',
  origin: 'live',
} as const;

function byChance(seed: number): (below: number) => number {
  let state = seed >>> 0;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 0x1_0000_0000) * below);
  };
}

it('a run driven through the commit protocol does what the model says, whatever comes in which order', async () => {
  await fc.assert(
    fc.asyncProperty(scenarios, fc.integer({ min: 1 }), async (scenario, seed) => {
      expect(
        await playThrough({
          scenario,
          store: new MemoryStore(identity.enrollmentId),
          identity,
          choices: byChance(seed),
        }),
      ).toEqual(referenceStory(scenario));
    }),
    options,
  );
}, 600_000);

it.each([
  ['follow what is published again as it is, as if nothing had been published', followed],
  ['are sent to other steps of a new version', moved],
])(
  'people who wait %s',
  async (_, journeys) => {
    await fc.assert(
      fc.asyncProperty(journeys, fc.integer({ min: 1 }), async (scenario, seed) => {
        const store = new MemoryStore(identity.enrollmentId);
        expect(await playThrough({ scenario, store, identity, choices: byChance(seed) })).toEqual(
          referenceStory(scenario),
        );
      }),
      options,
    );
  },
  600_000,
);

it('simulate does what the model says', () => {
  fc.assert(
    fc.property(calmScenarios, (scenario) => {
      expect(simulated(scenario)).toEqual(referenceStory(scenario));
    }),
    options,
  );
}, 600_000);

function simulated({ program, entryAt, events, calls, answers, until }: Scenario) {
  const result = simulate({
    program,
    at: entryAt,
    seed: 'seed',
    entry: { name: 'Entry', properties: {} },
    events,
    until,
    answer: (fact) => answers[program.facts.findIndex((each) => factKey(each) === factKey(fact))],
    call: ({ node, wait }) => calls[node]?.outcomes[Number(wait.split('.')[1] ?? 0)] ?? { kind: 'done', port: 'done' },
  });
  return storyOf(result.commands);
}
