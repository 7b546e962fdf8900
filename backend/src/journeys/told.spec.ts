import type { Entry, Program } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { circleIssue, circleOf, circleWarning, segmentIssues, setBy, startIssues, toldBy } from './told.js';
import type { Teller, Told } from './told.js';

const emits = (event: string, properties = {}): Told => ({
  node: `emit ${event}`,
  kind: 'emit-event',
  settings: { event, properties },
});
const starts = (journey: string): Told => ({ node: `start ${journey}`, kind: 'start-journey', settings: { journey } });
const by = (event: string, where?: object): Entry =>
  ({ node: 'entry', kind: 'event', event, ...(where ? { where } : {}) }) as Entry;
const fromJourney: Entry = { node: 'entry', kind: 'journey' };
const journey = (id: string, entries: Entry[], told: Told[]): Teller => ({ id, name: id.toUpperCase(), entries, told });
const ringOf = (one: Teller, ...others: Teller[]) => circleOf(one, others)?.ring.map(({ id }) => id) ?? null;

describe('a circle of journeys', () => {
  it('is found however long it is, the shortest first, and names the step that begins it', () => {
    const a = journey('a', [by('A'), fromJourney], [emits('Elsewhere'), emits('B')]);
    const b = journey('b', [by('B')], [emits('C'), starts('c')]);
    const c = journey('c', [by('C'), fromJourney], [starts('a')]);
    expect(ringOf(a, b, c)).toEqual(['a', 'b', 'c', 'a']);
    expect(circleOf(a, [b, c])?.node).toBe('emit B');
    expect(circleIssue(circleOf(a, [b, c])!)).toMatchObject({
      nodeId: 'emit B',
      message: expect.stringContaining('“A” starts “B”, which starts “C”, which starts “A” again'),
    });
    expect(ringOf(a, b)).toBeNull();
    expect(ringOf(b, c)).toBeNull();
  });

  it('is also a journey that starts itself, and its version before counts for nothing', () => {
    const a = journey('a', [by('A')], [emits('A')]);
    expect(ringOf(a)).toEqual(['a', 'a']);
    expect(ringOf(journey('a', [by('A')], []), a)).toBeNull();
  });

  it('goes on where others go round among themselves', () => {
    const b = journey('b', [by('B')], [emits('C')]);
    const c = journey('c', [by('C')], [emits('B')]);
    expect(ringOf(journey('a', [by('A')], [emits('B')]), b, c)).toBeNull();
  });

  it('is none where a filter keeps out what the step sends; what is filled in later may fit', () => {
    const where = { op: 'compare', left: { source: 'property', path: 'round' }, is: 'lessThan', value: 3 };
    const entry = by('A', where);
    expect(ringOf(journey('a', [entry], [emits('A', { round: 5 })]))).toBeNull();
    expect(ringOf(journey('a', [entry], [emits('A', { round: 1 })]))).not.toBeNull();
    expect(ringOf(journey('a', [entry], [emits('A', { round: '{{ entry.round | plus: 1 }}' })]))).not.toBeNull();
  });

  it('goes through a step for each of several people', () => {
    const each: Told = { node: 'each', kind: 'recipients', settings: { journey: 'b', from: { kind: 'list' } } };
    const a = journey('a', [by('A')], [each]);
    expect(ringOf(a, journey('b', [fromJourney], [emits('A')]))).toEqual(['a', 'b', 'a']);
    expect(ringOf(a, journey('b', [by('B')], [emits('A')]))).toBeNull();
    expect(ringOf(journey('a', [fromJourney], [{ ...each, settings: { journey: 'a' } }]))).toEqual(['a', 'a']);
  });

  it('may go through one segment whose rule reads the event or trait that a step writes', () => {
    const inSegment: Entry = { node: 'entry', kind: 'segment', segment: 's', on: 'entered' };
    const sets: Told = { node: 'set', kind: 'set-traits', settings: { traits: ['plan'] } };
    const reads = (events: string[], traits: string[]) => new Map([['s', { events, traits }]]);
    const a = journey('a', [inSegment], [emits('A'), sets]);
    expect(circleOf(a, [])).toBeNull();
    expect(circleOf(a, [], reads(['A'], []))).toMatchObject({ node: 'emit A' });
    expect(circleOf(a, [], reads([], ['plan.name']))).toMatchObject({ node: 'set' });
    expect(circleOf(a, [], reads(['B'], ['city']))).toBeNull();
    const b = journey('b', [by('B')], [sets]);
    const ring = circleOf(journey('a', [inSegment], [emits('B')]), [b], reads([], ['plan']));
    expect(circleWarning(ring!)).toMatchObject({
      severity: 'warning',
      nodeId: 'emit B',
      message: expect.stringContaining('“A” → “B” → “A”'),
    });
  });

  it('goes through segments and consent', () => {
    const segment: Entry = { node: 'entry', kind: 'segment', segment: 's', on: 'left' };
    const change = (how: string): Told => ({
      node: 'x',
      kind: 'change-segment',
      settings: { segment: 's', change: how },
    });
    expect(ringOf(journey('a', [segment], [change('remove')]))).toEqual(['a', 'a']);
    expect(ringOf(journey('a', [segment], [change('add')]))).toBeNull();
    const consent: Told = { node: 'x', kind: 'change-consent', settings: { channel: 'email', state: 'unsubscribed' } };
    expect(ringOf(journey('a', [by('Unsubscribed')], [consent]))).toEqual(['a', 'a']);
  });
});

it('what is told is read from a program, also of what is filled in later', () => {
  const target = { port: 'next', pc: -1 };
  const program = {
    instructions: [
      { node: 'n', op: 'goto', target },
      { node: 'a', op: 'act', kind: 'emit-event', settings: { fixed: { event: 'A' } }, target },
      { node: 'b', op: 'act', kind: 'emit-event', settings: { fact: 0 }, target },
    ],
    facts: [{ kind: 'values', node: 'b', template: { event: 'B' } }],
  } as unknown as Program;
  expect(toldBy(program)).toEqual([
    { node: 'a', kind: 'emit-event', settings: { event: 'A' } },
    { node: 'b', kind: 'emit-event', settings: { event: 'B' } },
  ]);
});

it('traits that steps set are read from a program, also of what is filled in later', () => {
  const target = { port: 'next', pc: -1 };
  const change = (name: string) => ({ changes: [{ name, do: 'set', value: '{{ x }}' }] });
  expect(
    setBy({
      instructions: [
        { node: 'a', op: 'set', traits: { plan: 'pro' }, target },
        { node: 'b', op: 'change', settings: { fixed: change('city') }, target },
        { node: 'c', op: 'change', settings: { fact: 0 }, target },
      ],
      facts: [{ kind: 'values', node: 'c', template: change('name') }],
    } as unknown as Program),
  ).toEqual([
    { node: 'a', kind: 'set-traits', settings: { traits: ['plan'] } },
    { node: 'b', kind: 'set-traits', settings: { traits: ['city'] } },
    { node: 'c', kind: 'set-traits', settings: { traits: ['name'] } },
  ]);
});

it('journeys that nobody would enter are not started, and segments with rules not changed', () => {
  const open = [journey('with', [fromJourney], []), journey('without', [by('A')], [])];
  expect(startIssues([starts('with')], open)).toEqual([]);
  expect(startIssues([starts('without'), starts('gone')], open).map(({ code }) => code)).toEqual([
    'no-journey-entry',
    'journey-not-open',
  ]);
  const change = (segment: string): Told => ({ node: segment, kind: 'change-segment', settings: { segment } });
  expect(segmentIssues([change('a'), change('b')], new Set(['a'])).map(({ nodeId }) => nodeId)).toEqual(['b']);
});
