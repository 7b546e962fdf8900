import { calendarSpanUnits, durationSeconds, isCalendarSpan, longestDigest } from '@wend/contract';
import { defineNode, spanField } from '@wend/node-sdk';
import { z } from 'zod';
import { calendarUnitOf, leapDayField, timeOfDayFields } from '../clock.js';
import { keyOf, perKeyField } from '../per-key.js';

/** Collects what a person comes in by, and goes on once with all of it. */
export const digest = defineNode({
  type: 'wend/digest',
  version: 1,
  title: 'Digest',
  description: 'Collects the events by which a person comes in, and goes on once with the list of them.',
  category: 'timing',
  icon: 'list',
  blocks: true,
  joinsRuns: true,
  config: z.object({
    duration: spanField({
      title: 'Collect for',
      description:
        'Counted from the first event. A day is 24 hours; a calendar day ends at the same time of day where the person lives, also when clocks change.',
    }),
    ...timeOfDayFields({
      same: 'The time of day of the first event',
      shownFor: { 'duration.unit': [...calendarSpanUnits] },
    }),
    leapDay: leapDayField({ 'duration.unit': ['calendarMonths'] }),
    most: z
      .number()
      .int()
      .min(2)
      .max(longestDigest)
      .optional()
      .meta({ title: 'Or until there are', description: 'Leave it empty to wait for the time.', unit: 'events' }),
    key: perKeyField({
      description: 'Makes a list for each value, such as for each post. Leave it empty for one list.',
      placeholder: '{{ entry.postId }}',
    }),
  }),
  ports: [{ id: 'next', label: 'With the list' }],
  summary: '{duration}',
  defaults: { duration: { amount: 1, unit: 'hours' } },
  output: z.object({
    events: z.array(z.object({ id: z.string(), name: z.string(), time: z.string() })),
    count: z.number(),
  }),
  lower: ({ duration, at, time, leapDay, most, key }, { nodeId, to, fact }) => [
    {
      op: 'digest',
      join: fact({
        kind: 'claim',
        node: nodeId,
        claim: { kind: 'join', ...keyOf(key), ...(most === undefined ? {} : { full: most }) },
      }),
      list: fact({ kind: 'claim', node: nodeId, claim: { kind: 'list' } }),
      until: isCalendarSpan(duration)
        ? {
            fact: fact({
              kind: 'when',
              time: {
                kind: 'after',
                amount: duration.amount,
                unit: calendarUnitOf(duration.unit),
                ...(at === 'time' ? { time } : {}),
                leapDay,
              },
            }),
          }
        : { seconds: Math.round(durationSeconds(duration)) },
      ...(most === undefined ? {} : { full: true as const }),
      target: to('next'),
    },
  ],
});
