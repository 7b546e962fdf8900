import { dateRuleOf } from '@wend/contract';
import type { DateRule } from '@wend/contract';
import { defineNode } from '@wend/node-sdk';
import { z } from 'zod';
import { audienceField, audienceOf } from '../audience.js';

const timeHint = 'Enter a time as HH:MM, from 00:00 to 23:59.';

/** Begins runs by a date that people have as a trait. */
export const entryDate = defineNode({
  type: 'wend/entry-date',
  version: 1,
  title: 'Date entry',
  description: 'People enter by a date of their own, such as a birthday or a renewal.',
  category: 'entry',
  icon: 'calendar-days',
  config: z.object({
    trait: z.string().trim().min(1).max(200).meta({
      title: 'Date',
      description: 'A trait with a date, or a list of dates. Whoever has none, or something else in it, doesn’t enter.',
      widget: 'trait',
      placeholder: 'birthday',
    }),
    side: z
      .enum(['before', 'on', 'after'])
      .default('on')
      .meta({
        title: 'People enter',
        options: { before: 'Days before it', on: 'On the day', after: 'Days after it' },
      }),
    days: z
      .number()
      .int()
      .min(1)
      .max(366)
      .default(1)
      .meta({ title: 'How many days', unit: 'days', shownFor: { side: ['before', 'after'] } }),
    time: z
      .string()
      .regex(/^([01]\d|2[0-3]):[0-5]\d$/, timeHint)
      .meta({
        title: 'Time',
        description: 'In the person’s time zone, or the workspace’s if theirs isn’t known.',
        widget: 'time',
        placeholder: '09:00',
        invalid: timeHint,
      }),
    repeats: z
      .enum(['once', 'yearly'])
      .default('once')
      .meta({ title: 'How often', options: { once: 'On that date only', yearly: 'Every year, such as a birthday' } }),
    leapDay: z
      .enum(['february28', 'march1'])
      .default('february28')
      .meta({
        title: '29 February in other years',
        options: { february28: '28 February', march1: '1 March' },
        shownFor: { repeats: ['yearly'] },
      }),
    audience: audienceField(),
  }),
  ports: [{ id: 'next', label: 'Entered' }],
  defaults: { side: 'on', days: 1, time: '09:00', repeats: 'once', leapDay: 'february28' },
  lower: (_config, { to }) => [{ op: 'goto', target: to('next') }],
  entry: {
    kind: 'date',
    wayIn: ({ trait, audience, ...rest }) => ({
      trait,
      rule: dateRuleOf(rest) as DateRule,
      ...audienceOf(audience),
    }),
  },
});
