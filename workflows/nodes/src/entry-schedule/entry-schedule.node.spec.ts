import type { JsonObject } from '@wend/contract';
import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { entrySchedule } from './entry-schedule.node.js';

const segment = 'b1a7d0de-0000-4000-8000-000000000001';
const when = { zone: 'person', repeats: 'weekly', every: 2, weekdays: [1, 5], time: '09:00', start: '2026-12-01' };
const parsed = (config: JsonObject) => entrySchedule.parse(config);

it('says when, who, and how late it may be', () => {
  const result = parsed({ when, segment });
  expect(result.ok && entrySchedule.entry?.(result.config)).toEqual({
    kind: 'schedule',
    when,
    segment,
    graceSeconds: 3_600,
  });
  expect(lowerNode(entrySchedule, { when, segment }).instructions).toEqual([
    { op: 'goto', target: { port: 'next', pc: 0 } },
  ]);
});

it.each<[string, JsonObject, object[]]>([
  ['no day', { when: { ...when, start: '' }, segment }, [{ path: 'when.start', message: 'Choose a day.' }]],
  [
    'no such day',
    { when: { ...when, start: '2026-02-30' }, segment },
    [{ path: 'when.start', message: 'Choose a day that exists.' }],
  ],
  [
    'no weekday',
    { when: { ...when, weekdays: [] }, segment },
    [{ path: 'when.weekdays', message: 'Choose at least one weekday.' }],
  ],
  [
    'no such time',
    { when: { ...when, time: '24:00' }, segment },
    [{ path: 'when.time', message: 'Enter a time as HH:MM, from 00:00 to 23:59.' }],
  ],
  [
    'an end before the start',
    { when: { ...when, end: { kind: 'on', day: '2026-11-30' } }, segment },
    [{ path: 'when.end', message: 'The last day is before the first.' }],
  ],
  ['nobody', { when, segment: '' }, [{ path: 'segment' }]],
])('refuses %s in words', (_, config, problems) => {
  expect(parsed(config)).toMatchObject({ ok: false, problems });
});
