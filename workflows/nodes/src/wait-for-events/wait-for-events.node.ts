import { durationSeconds, isEmpty, messageEvents } from '@wend/contract';
import type { EventArm, Rule } from '@wend/contract';
import { defineNode, durationField, filterField } from '@wend/node-sdk';
import type { LowerContext } from '@wend/node-sdk';
import { z } from 'zod';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

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
        description: 'Can compare with the event the person entered on.',
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
      state: z.enum(['opened', 'clicked', 'delivered', 'failed']).meta({
        title: 'Is',
        widget: 'select',
        options: { opened: 'opened', clicked: 'clicked', delivered: 'delivered', failed: 'failed or bounced' },
      }),
    })
    .meta({ title: 'Something happens to a message' }),
]);
type Trigger = z.output<typeof trigger>;

/** Waits for the first of several events, but not for ever. */
export const waitForEvents = defineNode({
  type: 'wend/wait-for-events',
  version: 1,
  title: 'Wait for events',
  description: 'Holds people until one of several things happens or time runs out.',
  category: 'timing',
  icon: 'zap',
  blocks: true,
  overAtOnce: { when: 'lookBack', exceptPorts: ['timeout'] },
  config: z.object({
    events: z
      .array(
        z.object({ id: itemId, label: itemLabel('Project created'), trigger: trigger.meta({ title: 'What happens' }) }),
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
    lookBack: z.boolean().default(false).meta({
      title: 'If it happened before they got here',
      description: 'Leave right away if it happened since they entered the journey.',
      widget: 'switch',
    }),
  }),
  portsFrom: { items: 'events', label: 'label' },
  ports: [{ id: 'timeout', label: 'After {timeout}' }],
  summary: '{events}, at most {timeout}',
  defaults: {
    events: [{ id: 'first', label: 'It happened', trigger: { kind: 'event', event: '' } }],
    timeout: { amount: 1, unit: 'days' },
    lookBack: false,
  },
  lower: ({ events, timeout, lookBack }, context) => [
    {
      op: 'waitFor',
      arms: events.flatMap(({ id, trigger }) => armsOf({ port: id, trigger, lookBack, to: context.to })),
      timeout: { seconds: Math.round(durationSeconds(timeout)), target: context.to('timeout') },
    },
  ],
});

type ArmsOfOptions = {
  port: string;
  trigger: Trigger;
  lookBack: boolean;
  to: LowerContext['to'];
};

/** A failed message is one that the provider refused or that came back: two events, one way out. */
function armsOf({ port, trigger, lookBack, to }: ArmsOfOptions): EventArm[] {
  const common = lookBack ? { lookBack: true } : {};
  if (trigger.kind === 'event')
    return [{ event: trigger.event, ...whereOf(trigger.where), target: to(port), ...common }];
  const names =
    trigger.state === 'failed' ? [messageEvents.failed, messageEvents.bounced] : [messageEvents[trigger.state]];
  return names.map((event) => ({ event, messageOf: trigger.node, target: to(port), ...common }));
}

function whereOf(where: Rule | undefined): { where?: Rule } {
  return where && !isEmpty(where) ? { where } : {};
}
