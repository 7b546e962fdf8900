import { describe, expect, it } from 'vitest';
import { emptyGraph } from './edit.js';
import { graph as graphSchema } from './graph.js';
import type { Graph } from './graph.js';
import { settingsIssues, nameIssues } from './validate-settings.js';

const withSettings = (settings: unknown): Graph => ({ ...emptyGraph(), settings: settings as Graph['settings'] });
const half = { op: 'compare', left: { source: 'property', path: '' }, is: 'equals' };

/** What the forms leave behind when somebody stops half-way. */
const unfinished: [string, unknown, string[]][] = [
  [
    'an exit without an event',
    { reentry: { rule: 'never' }, exitCriteria: [{ id: 'abc', event: '' }] },
    ['settings.exitCriteria[0].event'],
  ],
  [
    'an exit with a condition that names nothing yet',
    { reentry: { rule: 'never' }, exitCriteria: [{ id: 'abc', event: '', where: { op: 'all', rules: [half] } }] },
    ['settings.exitCriteria[0].event', 'settings.exitCriteria[0].where.rules[0].left.path'],
  ],
  [
    'an exit whose name is too long',
    { reentry: { rule: 'never' }, exitCriteria: [{ id: 'abc', event: 'x'.repeat(201) }] },
    ['settings.exitCriteria[0].event'],
  ],
  [
    'an exit with an id of another maker',
    { reentry: { rule: 'never' }, exitCriteria: [{ id: 'not an id', event: 'Paid' }] },
    ['settings.exitCriteria[0]'],
  ],
  [
    'two exits of one id',
    {
      reentry: { rule: 'never' },
      exitCriteria: [
        { id: 'a', event: 'Paid' },
        { id: 'a', event: 'Left' },
      ],
    },
    ['settings.exitCriteria[1]'],
  ],
  [
    'more exits than can be',
    {
      reentry: { rule: 'never' },
      exitCriteria: Array.from({ length: 21 }, (_, index) => ({ id: `a${index}`, event: 'Paid' })),
    },
    ['settings.exitCriteria'],
  ],
  [
    'a filter that is no rule',
    { reentry: { rule: 'never' }, exitCriteria: [{ id: 'a', event: 'Paid', where: { op: 'newer' } }] },
    ['settings.exitCriteria[0].where.op'],
  ],
  [
    'exits without a segment, a channel or a topic that can be',
    {
      reentry: { rule: 'never' },
      exitCriteria: [
        { id: 'a', kind: 'segment', on: 'left', segment: '' },
        { id: 'b', kind: 'consent', channel: '' },
        { id: 'c', kind: 'consent', channel: 'email', topic: 'No Topic' },
      ],
    },
    ['settings.exitCriteria[0].segment', 'settings.exitCriteria[1].channel', 'settings.exitCriteria[2].topic'],
  ],
  [
    'goals that are still to be typed, and more than can be',
    {
      reentry: { rule: 'never' },
      exitCriteria: [],
      goals: [
        { id: 'a', name: ' ', event: '', withinSeconds: null, value: '', currency: 'E' },
        { id: 'a', name: 'Late', event: 'Paid', withinSeconds: 7_776_001 },
        ...Array.from({ length: 4 }, (_, index) => ({ id: `g${index}`, name: 'G', event: 'Paid', withinSeconds: 60 })),
      ],
    },
    [
      'settings.goals',
      'settings.goals[0].event',
      'settings.goals[0].name',
      'settings.goals[0].withinSeconds',
      'settings.goals[0].value',
      'settings.goals[0].currency',
      'settings.goals[1]',
      'settings.goals[1].withinSeconds',
    ],
  ],
  [
    'a time that is still to be typed',
    { reentry: { rule: 'after' }, exitCriteria: [] },
    ['settings.reentry.afterSeconds'],
  ],
  [
    'a time that was no number',
    { reentry: { rule: 'after', afterSeconds: null }, exitCriteria: [] },
    ['settings.reentry.afterSeconds'],
  ],
  [
    'a time of nothing',
    { reentry: { rule: 'after', afterSeconds: 0 }, exitCriteria: [] },
    ['settings.reentry.afterSeconds'],
  ],
  [
    'half a second',
    { reentry: { rule: 'after', afterSeconds: 0.5 }, exitCriteria: [] },
    ['settings.reentry.afterSeconds'],
  ],
  [
    'a property with a very long name',
    { reentry: { rule: 'always', key: 'x'.repeat(201) }, exitCriteria: [] },
    ['settings.reentry.key'],
  ],
];

describe('a draft', () => {
  it.each(unfinished)('may hold %s, which is a problem and is stored as it is', (_, settings, problems) => {
    const draft = withSettings(settings);
    expect(graphSchema.parse(draft)).toEqual(draft);
    expect(settingsIssues(draft).map((issue) => issue.path)).toEqual(problems);
    for (const issue of settingsIssues(draft))
      expect([issue.severity, issue.message, issue.hint]).toEqual([
        'error',
        expect.stringMatching(/\.$/),
        expect.stringMatching(/\.$/),
      ]);
  });

  it('may have steps without a name and with one that is too long to be published', () => {
    const node = (id: string, name: string) => ({
      id,
      type: 'wend/wait',
      version: 1,
      name,
      config: { duration: { unit: 'days' } },
      position: { x: 0, y: 0 },
    });
    const draft: Graph = { ...emptyGraph(), nodes: { a: node('a', ''), b: node('b', 'x'.repeat(143)) } };
    expect(graphSchema.parse(draft)).toEqual(draft);
    expect(nameIssues(draft)).toMatchObject([
      { nodeId: 'b', message: 'This name has 143 characters. The maximum is 120.' },
    ]);
  });

  it('finished as before has no problems', () => {
    const where = { op: 'compare', left: { source: 'property', path: 'id' }, is: 'equals', value: { entry: 'id' } };
    expect(
      settingsIssues(
        withSettings({
          reentry: { rule: 'after', afterSeconds: 60, key: 'id' },
          exitCriteria: [
            { id: 'a', event: 'Paid', where },
            { id: 'b', event: 'Left', where: { op: 'all', rules: [] } },
            { id: 'c', kind: 'event', event: 'Gone' },
            { id: 'd', kind: 'segment', on: 'entered', segment: 'vip' },
            { id: 'e', kind: 'consent', channel: 'email', topic: 'offers' },
            { id: 'f', kind: 'consent', channel: 'sms' },
          ],
          goals: [{ id: 'g', name: '구매', event: 'Paid', where, withinSeconds: 60, value: 'a.b', currency: 'KRW' }],
        }),
      ),
    ).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['no nodes', { edges: [] }],
    ['a step without a type', { nodes: { a: { id: 'a' } }, edges: [] }],
    ['settings that are no object', { ...emptyGraph(), settings: [] }],
    ['exits that are no list', withSettings({ exitCriteria: {} })],
  ])('is refused with %s: it could not be opened', (_, draft) => {
    expect(graphSchema.safeParse(draft).success).toBe(false);
  });
});
