import { calendarSpanUnits, durationSeconds, isCalendarSpan } from '@wend/contract';
import { defineNode, spanField } from '@wend/node-sdk';
import { z } from 'zod';
import { calendarUnitOf, leapDayField, timeOfDayFields } from '../clock.js';

/** Lets time pass. */
export const wait = defineNode({
  type: 'wend/wait',
  version: 1,
  title: 'Wait',
  description: 'Holds people for a while, from seconds to two years.',
  category: 'timing',
  icon: 'timer',
  blocks: true,
  config: z.object({
    duration: spanField({
      title: 'How long',
      description:
        'Counted from the moment a person gets here. A day is 24 hours; a calendar day ends at the same time of day where the person lives, also when clocks change.',
    }),
    ...timeOfDayFields({
      same: 'The time of day they got here',
      shownFor: { 'duration.unit': [...calendarSpanUnits] },
    }),
    leapDay: leapDayField({ 'duration.unit': ['calendarMonths'] }),
  }),
  ports: [{ id: 'next', label: 'After {duration}' }],
  summary: '{duration}',
  defaults: { duration: { amount: 1, unit: 'days' } },
  lower: ({ duration, at, time, leapDay }, { to, fact }) => {
    if (!isCalendarSpan(duration))
      return [{ op: 'wait', until: { seconds: Math.round(durationSeconds(duration)) }, target: to('next') }];
    const { amount, unit } = duration;
    const until = fact({
      kind: 'when',
      time: {
        kind: 'after',
        amount,
        unit: calendarUnitOf(unit),
        ...(at === 'time' ? { time } : {}),
        leapDay,
      },
    });
    return [{ op: 'wait', until: { fact: until }, target: to('next') }];
  },
});
