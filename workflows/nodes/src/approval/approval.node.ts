import { approvalEvent, durationSeconds, longestApprovalNote } from '@wend/contract';
import type { EventArm } from '@wend/contract';
import { defineNode, durationField, liquidField } from '@wend/node-sdk';
import type { LowerContext } from '@wend/node-sdk';
import { z } from 'zod';
import { dateChoice, shiftChoice, shiftOf, sourceOf } from '../dates.js';
import { haveOwnPorts, itemId, itemLabel } from '../items.js';

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const person = z.discriminatedUnion('kind', [
  z
    .object({
      kind: z.literal('member'),
      member: z.string().min(1).regex(uuid, 'is no member.').meta({ title: 'Member', widget: 'member' }),
    })
    .meta({ title: 'A member of the team' }),
  z
    .object({
      kind: z.literal('address'),
      name: z.string().trim().max(100).optional().meta({
        title: 'Name',
        description: 'Shown with their answer. Without one, the address is.',
        placeholder: 'Logistics partner',
      }),
      address: liquidField({
        title: 'Email address',
        description: 'Can come from the person, such as {{ profile.account_manager }}.',
        maximum: 320,
        placeholder: 'approvals@partner.example',
      }),
    })
    .meta({ title: 'Someone outside, by email' }),
]);

/** Asks somebody of the team or a partner, and holds people until one of them has answered, but not for ever. */
export const approval = defineNode({
  type: 'wend/approval',
  version: 1,
  title: 'Approval',
  description: 'Asks someone on the team or outside, and holds people until there’s an answer or time runs out.',
  category: 'decision',
  icon: 'stamp',
  blocks: true,
  config: z
    .object({
      question: liquidField({
        title: 'Question',
        maximum: 300,
        placeholder: 'Send {{ profile.name }} the €50 voucher?',
      }),
      details: liquidField({
        title: 'What they need to know',
        maximum: 5_000,
        required: false,
        rows: 5,
        placeholder: 'Order {{ entry.order_id }} arrived late.',
      }).optional(),
      choices: z
        .array(z.object({ id: itemId, label: itemLabel('Approve') }))
        .min(2, 'Offer at least two answers.')
        .max(8)
        .refine(
          (choices) => haveOwnPorts(choices, ['timeout']),
          'Two answers share the same path. Remove one and add it again.',
        )
        .meta({ title: 'Answers', widget: 'list', addLabel: 'Another answer', itemTitle: 'Answer' }),
      people: z
        .array(z.object({ who: person.meta({ title: 'Who' }) }))
        .max(20)
        .default([])
        .meta({
          title: 'Ask by email',
          description:
            'Each gets a link of their own, and the first answer counts. Approvals also shows the question to your team.',
          widget: 'list',
          addLabel: 'Ask someone',
          itemTitle: 'Person',
        }),
      remind: z.boolean().default(false).meta({
        title: 'Remind them',
        description: 'Once, if nobody has answered by then.',
        widget: 'switch',
      }),
      remindAfter: durationField({ title: 'After' })
        .default({ amount: 1, unit: 'days' })
        .meta({ title: 'After', shownFor: { remind: ['true'] } }),
      escalate: z.boolean().default(false).meta({
        title: 'Ask someone else if nobody answers',
        description: 'Once, by email. Whoever was asked before can still answer.',
        widget: 'switch',
      }),
      escalateAfter: durationField({ title: 'After' })
        .default({ amount: 2, unit: 'days' })
        .meta({ title: 'Ask them after', shownFor: { escalate: ['true'] } }),
      escalateTo: person.optional().meta({ title: 'Whom to ask then', shownFor: { escalate: ['true'] } }),
      timeout: durationField({
        title: 'Answer within',
        description: 'After that, people take the path for no answer.',
      }),
      untilDate: z.boolean().default(false).meta({
        title: 'Or until a date, if it comes first',
        description: 'Whoever has no such date waits for the time above.',
        widget: 'switch',
      }),
      date: dateChoice.optional().meta({ title: 'Date', shownFor: { untilDate: ['true'] } }),
      shift: shiftChoice.optional().meta({ title: 'Answers count', shownFor: { untilDate: ['true'] } }),
    })
    .superRefine((settings, context) => {
      const { untilDate, date, remind, remindAfter, escalate, escalateAfter, escalateTo, timeout } = settings;
      const wrong = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
      if (untilDate && !date) wrong('date', 'Choose a date.');
      if (remind && durationSeconds(remindAfter) >= durationSeconds(timeout))
        wrong('remindAfter', 'The reminder has to come before time runs out.');
      if (!escalate) return;
      if (!escalateTo) wrong('escalateTo', 'Choose whom to ask then.');
      if (durationSeconds(escalateAfter) >= durationSeconds(timeout))
        wrong('escalateAfter', 'They have to be asked before time runs out.');
      else if (remind && durationSeconds(escalateAfter) <= durationSeconds(remindAfter))
        wrong('escalateAfter', 'Someone else is asked after the reminder, not before.');
    }),
  portsFrom: { items: 'choices', label: 'label' },
  ports: [{ id: 'timeout', label: 'No answer in {timeout}' }],
  summary: '{question}',
  output: z.object({
    choice: z.string().meta({ title: 'The answer that was chosen' }),
    note: z.string().max(longestApprovalNote).meta({ title: 'What they wrote' }),
    by: z.string().meta({ title: 'Who answered' }),
  }),
  defaults: {
    question: '',
    choices: [
      { id: 'approve', label: 'Approve' },
      { id: 'reject', label: 'Reject' },
    ],
    people: [],
    remind: false,
    timeout: { amount: 3, unit: 'days' },
  },
  lower: ({ choices, timeout, untilDate, date, shift = onTheDate }, context) => [
    {
      op: 'waitFor',
      asks: true,
      arms: choices.map(({ id }) => armOf(id, context)),
      timeout: {
        seconds: Math.round(durationSeconds(timeout)),
        ...(untilDate && date
          ? {
              fact: context.fact({
                kind: 'when',
                time: { kind: 'date', of: sourceOf(date), ...shiftOf(shift), repeats: 'once', leapDay: 'february28' },
              }),
            }
          : {}),
        target: context.to('timeout'),
      },
    },
  ],
});

const onTheDate = { kind: 'on', at: 'same', time: '09:00' } as const;

/** The answer to what this visit asks. */
function armOf(choice: string, { nodeId, to }: LowerContext): EventArm {
  return {
    event: approvalEvent,
    messageOf: nodeId,
    where: { op: 'compare', left: { source: 'property', path: 'choice' }, is: 'equals', value: choice },
    keep: 'answer',
    target: to(choice),
  };
}
