import {
  channelName,
  channelOf,
  consentHolds,
  consentMove,
  durationSeconds,
  isEmpty,
  messageEvents,
  personChannels,
  repliedEvent,
  segmentHolds,
  segmentMove,
  topicKey,
} from '@wend/contract';
import type { ArmCount, EventArm, EventWay, Rule } from '@wend/contract';
import { defineNode, durationField, filterField } from '@wend/node-sdk';
import type { LowerContext } from '@wend/node-sdk';
import { z } from 'zod';
import { dateChoice, shiftChoice, shiftOf, sourceOf } from '../dates.js';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

/** Events that one path may wait for together: each of them reaches the run. */
const most = 100;

const alreadyField = z.boolean().default(false).meta({
  title: 'Counts if it’s already so',
  description: 'Checked when the person gets here.',
  widget: 'switch',
});

const trigger = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('event'),
      event: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .meta({ title: 'Event', widget: 'event', placeholder: 'Project Created' }),
      where: filterField({
        scope: 'event',
        title: 'Only when',
        description: 'Can compare with the event the person entered on, and with the results of earlier steps.',
        eventFrom: 'event',
      }),
    })
    .meta({ title: 'The person does something' }),
  z
    .object({
      kind: z.literal('message'),
      node: z
        .string()
        .min(1)
        .max(40)
        .meta({
          title: 'Message',
          description: 'A message sent in this run.',
          widget: 'node',
          categories: ['message'],
        }),
      state: z.enum(['opened', 'clicked', 'delivered', 'failed', 'bounced', 'replied']).meta({
        title: 'Is',
        widget: 'select',
        options: {
          opened: 'opened',
          clicked: 'clicked',
          delivered: 'delivered',
          failed: 'failed or bounced',
          bounced: 'bounced',
          replied: 'replied to',
        },
      }),
    })
    .meta({ title: 'Something happens to a message' }),
  z
    .object({
      kind: z.literal('segment'),
      on: z.enum(['entered', 'left']).meta({
        title: 'The person',
        widget: 'select',
        options: { entered: 'enters the segment', left: 'leaves the segment' },
      }),
      segment: z.string().min(1).max(100).meta({ title: 'Segment', widget: 'segment' }),
      already: alreadyField,
    })
    .meta({ title: 'The person enters or leaves a segment' }),
  z
    .object({
      kind: z.literal('consent'),
      on: z.enum(['given', 'withdrawn']).meta({
        title: 'The person',
        widget: 'select',
        options: { given: 'subscribes', withdrawn: 'unsubscribes' },
      }),
      channel: z
        .string()
        .min(1)
        .regex(channelName)
        .meta({
          title: 'Channel',
          widget: 'select',
          options: Object.fromEntries(personChannels().map((name) => [name, channelOf(name).label])),
        }),
      topic: topicKey.optional().meta({
        title: 'Topic',
        description: 'Leave empty for the channel as a whole. Who leaves the channel leaves its topics too.',
        widget: 'topic',
      }),
      already: alreadyField,
    })
    .meta({ title: 'The person subscribes or unsubscribes' }),
]);
type Trigger = z.output<typeof trigger>;

const times = z.number().int().min(1).max(most).default(1).meta({ title: 'How many times', advanced: true });

/** Waits for the first of several things, each an event or several together, but not for ever. */
export const waitForEvents = defineNode({
  type: 'wend/wait-for-events',
  version: 1,
  title: 'Wait for events',
  description: 'Holds people until one of several things happens or time runs out.',
  category: 'timing',
  icon: 'zap',
  blocks: true,
  overAtOnce: [
    { when: 'lookBack', exceptPorts: ['timeout'] },
    { when: 'events[].trigger.already', exceptPorts: ['timeout'] },
    { when: 'untilDate', ports: ['timeout'] },
  ],
  output: z.object({
    event: z.string().nullable().meta({ title: 'Event' }),
    time: z.string().nullable().meta({ title: 'When it happened' }),
  }),
  outputEvents: 'events',
  config: z
    .object({
      events: z
        .array(
          z
            .object({
              id: itemId,
              label: itemLabel('Project created'),
              trigger: trigger.meta({ title: 'What happens' }),
              times,
              also: z
                .array(z.object({ trigger: trigger.meta({ title: 'What happens' }), times }))
                .max(9)
                .default([])
                .meta({
                  title: 'And all of these too',
                  description: 'In any order. People leave when everything has happened.',
                  widget: 'list',
                  addLabel: 'Something else as well',
                  itemTitle: 'And',
                  advanced: true,
                }),
            })
            .refine(
              (item) => conditionsOf(item).reduce((sum, each) => sum + each.times, 0) <= most,
              `A path can wait for at most ${most} events together.`,
            ),
        )
        .min(1, 'Add an event to wait for.')
        .max(20)
        .refine(
          (events) => haveOwnPorts(events, ['timeout']),
          'Two events share the same path. Remove one and add it again.',
        )
        .meta({
          title: 'Leave when any of these happens',
          widget: 'list',
          addLabel: 'Another event',
          itemTitle: 'Event',
        }),
      timeout: durationField({ title: 'At most', description: 'After that, they take the timeout path.' }),
      untilDate: z.boolean().default(false).meta({
        title: 'Or until a date, if it comes first',
        description:
          'They take the timeout path then, and at once if the date is past when they get here. Whoever has no such date waits for the time above.',
        widget: 'switch',
      }),
      date: dateChoice.optional().meta({ title: 'Date', shownFor: { untilDate: ['true'] } }),
      shift: shiftChoice.optional().meta({ title: 'They stop waiting', shownFor: { untilDate: ['true'] } }),
      lookBack: z.boolean().default(false).meta({
        title: 'If it happened before they got here',
        description: 'Leave right away if it happened since they entered the journey.',
        widget: 'switch',
      }),
    })
    .superRefine(({ untilDate, date }, context) => {
      if (untilDate && !date) context.addIssue({ code: 'custom', path: ['date'], message: 'Choose a date.' });
    }),
  portsFrom: { items: 'events', label: 'label' },
  ports: [{ id: 'timeout', label: 'After {timeout}' }],
  summary: '{events}, at most {timeout}',
  defaults: {
    events: [{ id: 'first', label: 'It happened', trigger: { kind: 'event', event: '' } }],
    timeout: { amount: 1, unit: 'days' },
    lookBack: false,
  },
  lower: ({ events, timeout, untilDate, date, shift = onTheDate, lookBack }, context) => [
    {
      op: 'waitFor',
      ...waysOf({ events, lookBack, to: context.to }),
      result: {},
      timeout: {
        seconds: Math.round(durationSeconds(timeout)),
        ...(untilDate && date
          ? {
              fact: context.fact({
                kind: 'when',
                time: {
                  kind: 'date',
                  of: sourceOf(date),
                  ...shiftOf(shift),
                  repeats: 'once',
                  leapDay: 'february28',
                },
              }),
            }
          : {}),
        target: context.to('timeout'),
      },
    },
  ],
});

const onTheDate = { kind: 'on', at: 'same', time: '09:00' } as const;

type Condition = { trigger: Trigger; times: number };
type Item = Condition & { id: string; also: Condition[] };

function conditionsOf({ trigger: first, times: count, also }: Pick<Item, 'trigger' | 'times' | 'also'>): Condition[] {
  return [{ trigger: first, times: count }, ...also];
}

type WaysOfOptions = {
  events: Item[];
  lookBack: boolean;
  to: LowerContext['to'];
};

/** Where one event is enough for each path, each event leads there; else paths are ways, and events are counted. */
function waysOf({ events, lookBack, to }: WaysOfOptions): { arms: EventArm[]; ways?: EventWay[] } {
  const common = lookBack ? { lookBack: true } : {};
  const arms: EventArm[] = [];
  const ways = events.flatMap((item): EventWay[] => {
    const target = to(item.id);
    const each = conditionsOf(item).map(({ trigger: what, times: count }) =>
      armsOf(what).map((arm): ArmCount => ({ arm: arms.push({ ...arm, target, ...common }) - 1, times: count })),
    );
    return oneOfEach(each).map((all) => ({ target, all }));
  });
  return ways.every(({ all }) => all.length === 1 && all[0]?.times === 1) ? { arms } : { arms, ways };
}

/** Every way to take one from each list. */
function oneOfEach<Each>(lists: Each[][]): Each[][] {
  return lists.reduce<Each[][]>((taken, list) => taken.flatMap((some) => list.map((each) => [...some, each])), [[]]);
}

/** A failed message is one that the provider refused or that came back: two events, either of which is enough. */
function armsOf(what: Trigger): Omit<EventArm, 'target'>[] {
  switch (what.kind) {
    case 'event':
      return [{ event: what.event, ...whereOf(what.where) }];
    case 'message':
      return messageNames[what.state].map((event) => ({ event, messageOf: what.node }));
    case 'segment':
      return [{ ...segmentMove(what), ...(what.already ? { already: segmentHolds(what) } : {}) }];
    case 'consent':
      return [{ ...consentMove(what), ...(what.already ? { already: consentHolds(what) } : {}) }];
  }
}

const messageNames: Record<Extract<Trigger, { kind: 'message' }>['state'], string[]> = {
  opened: [messageEvents.opened],
  clicked: [messageEvents.clicked],
  delivered: [messageEvents.delivered],
  failed: [messageEvents.failed, messageEvents.bounced],
  bounced: [messageEvents.bounced],
  replied: [repliedEvent],
};

function whereOf(where: Rule | undefined): { where?: Rule } {
  return where && !isEmpty(where) ? { where } : {};
}
