import { isSafeJson } from '@wend/contract';
import { demoJourneys } from '@wend/contract/fixtures';
import { describe, expect, it } from 'vitest';
import { displayName, emailOf, isTimeZone, phoneOf } from '../profiles/index.js';
import { makePerson } from './people.js';
import { seededRandom } from './random.js';
import { storyFor, untilNow } from './stories.js';

const crowd = () =>
  Array.from({ length: 60 }, (_, number) => {
    const random = seededRandom(number + 1);
    return { person: makePerson({ number, random, prefix: 'nw-' }), story: storyFor({ number, random }) };
  });

describe('the people of the demo', () => {
  it('are the same for the same seed, and all different', () => {
    expect(crowd()).toEqual(crowd());
    const people = crowd().map(({ person }) => person);
    expect(new Set(people.map(({ userId }) => userId)).size).toBe(60);
    expect(new Set(people.map(({ traits }) => displayName({ traits, externalId: null }))).size).toBeGreaterThan(50);
    expect(new Set(people.map(({ traits }) => traits['timezone'])).size).toBeGreaterThan(9);
  });

  it('have zones, addresses and numbers that Wend takes, and of each some without', () => {
    const people = crowd().map(({ person }) => person);
    for (const { traits } of people) {
      expect(isTimeZone(String(traits['timezone']))).toBe(true);
      if (traits['email'] !== undefined) expect(emailOf(traits)).toMatch(/@example\.(com|org|net)$/);
      if (traits['phone'] !== undefined) expect(phoneOf(traits)).toMatch(/^\+\d{8,15}$/);
      expect(isSafeJson(traits)).toBe(true);
    }
    for (const name of ['email', 'phone'] as const)
      expect(people.some(({ traits }) => traits[name] === undefined)).toBe(true);
    expect(people.some(({ device }) => device === null)).toBe(true);
  });

  it('live through the journeys of the demo, with nodes that these have, and nothing before its time', () => {
    const graphs = new Map(demoJourneys.map(({ name, graph }) => [name, graph]));
    for (const { story } of crowd()) {
      const graph = graphs.get(story.journey);
      const entry = Object.values(graph?.nodes ?? {}).find(({ type }) => type === 'wend/entry-event');
      expect(entry?.config['event']).toBe(story.entry.event);
      for (const act of story.acts) if ('message' in act) expect(Object.keys(graph!.nodes)).toContain(act.message);
      const times = story.acts.map(({ afterMs }) => afterMs);
      expect(times).toEqual([...times].sort((a, b) => a - b));
      expect(untilNow(story).acts.every(({ afterMs }) => afterMs < story.agoMs)).toBe(true);
    }
    expect(new Set(crowd().map(({ story }) => story.journey)).size).toBe(3);
  });
});
