import { durationSeconds, mostEvery, mostTimes, scheduleProblems } from '@wend/contract';
import type { Duration, Schedule } from '@wend/contract';
import { defineNode, durationField } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';

/** What comes later was meant for another hour. */
const usualGrace: Duration = { amount: 1, unit: 'hours' };
const timeHint = 'Enter a time as HH:MM, from 00:00 to 23:59.';
const dayHint = 'Choose a day.';

const day = z.string().regex(/^\d{4}-\d{2}-\d{2}$/, dayHint);
const common = {
  zone: z.enum(['workspace', 'person']),
  time: z
    .string()
    .regex(/^([01]\d|2[0-3]):[0-5]\d$/, timeHint)
    .meta({ title: 'Time', invalid: timeHint }),
  start: day.meta({ title: 'Day', invalid: dayHint }),
};
const recurring = {
  ...common,
  every: z.number().int().min(1).max(mostEvery).meta({ title: 'Every' }),
  end: z
    .discriminatedUnion('kind', [
      z.object({ kind: z.literal('on'), day: day.meta({ title: 'Last day', invalid: dayHint }) }),
      z.object({ kind: z.literal('after'), times: z.number().int().min(1).max(mostTimes).meta({ title: 'Times' }) }),
    ])
    .optional(),
};

const when = z
  .discriminatedUnion('repeats', [
    z.object({ ...common, repeats: z.literal('once') }),
    z.object({ ...recurring, repeats: z.literal('daily') }),
    z.object({
      ...recurring,
      repeats: z.literal('weekly'),
      weekdays: z.array(z.number().int().min(1).max(7)).min(1, 'Choose at least one weekday.').max(7),
    }),
    z.object({
      ...recurring,
      repeats: z.literal('monthly'),
      days: z.array(z.number().int().min(0).max(31)).min(1, 'Choose at least one day of the month.').max(32),
      shortMonths: z.enum(['lastDay', 'skip']),
    }),
    z.object({
      ...recurring,
      repeats: z.literal('monthlyWeekday'),
      nth: z.number().int().min(0).max(4),
      weekday: z.number().int().min(1).max(7),
    }),
  ])
  .superRefine((value, context) => {
    for (const { path, message } of scheduleProblems(value as Schedule))
      context.addIssue({ code: 'custom', path: [path], message });
  });

/** Begins runs of the people of a segment at times. */
export const entrySchedule = defineNode({
  type: 'wend/entry-schedule',
  version: 1,
  title: 'Schedule entry',
  description: 'The people of a segment enter at a time: once, or again and again.',
  category: 'entry',
  icon: 'calendar-clock',
  config: z.object({
    when: when.meta({ title: 'Schedule', widget: 'schedule' }),
    segment: z.string().min(1).max(40).meta({
      title: 'Segment',
      description: 'Everyone who is in this segment when the time comes.',
      widget: 'segment',
    }),
    grace: durationField({
      title: 'If that time was missed, still enter within',
      description: 'After an outage, what is later is listed as missed and lets nobody in.',
      advanced: true,
    }).default(usualGrace),
    audience: audienceField(),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  defaults: {
    when: { zone: 'workspace', repeats: 'weekly', every: 1, weekdays: [1], time: '09:00', start: '' },
    grace: usualGrace,
  },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'schedule',
    wayIn: ({ when: schedule, segment, grace, audience }) => ({
      when: schedule as Schedule,
      segment,
      graceSeconds: Math.round(durationSeconds(grace)),
      ...audienceOf(audience),
    }),
  },
});
