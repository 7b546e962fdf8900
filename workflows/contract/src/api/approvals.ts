import { z } from 'zod';
import { approvalEndpoints } from './endpoints.js';
import { id, idParams, isoTime, page, pageQuery, route } from './route.js';
import { approvalStates, longestApprovalNote } from './statuses.js';

export { approvalEvent, approvalStates, longestApprovalNote } from './statuses.js';
export type { ApprovalState } from './statuses.js';

const mail = z.object({
  /** Whom it goes to: a member's name, or a name or address that the step gives. */
  to: z.string(),
  reminder: z.boolean(),
  /** To somebody else, since nobody had answered. */
  escalation: z.boolean(),
  /** `dropped`: it could not be sent, or nobody needs it any more. */
  state: z.enum(['waiting', 'sent', 'dropped']),
  /** When it is or was sent. */
  at: isoTime,
  error: z.string().nullable(),
});

export const approval = z.object({
  id,
  state: z.enum(approvalStates),
  question: z.string(),
  details: z.string(),
  /** Why the texts are not filled in; null where they are. */
  problem: z.string().nullable(),
  choices: z.array(z.object({ id: z.string(), label: z.string() })),
  /** By the run's clock, as are `dueAt` and `closedAt`. */
  askedAt: isoTime,
  /** Until when an answer counts; null: as long as the run is there. */
  dueAt: isoTime.nullable(),
  /** When it was answered, ran out or was withdrawn. */
  closedAt: isoTime.nullable(),
  answer: z
    .object({
      choice: z.string(),
      label: z.string(),
      note: z.string(),
      by: z.string(),
      via: z.enum(['dashboard', 'link', 'api']),
    })
    .nullable(),
  journey: z.object({ id, name: z.string() }),
  node: z.object({ id: z.string(), name: z.string() }),
  person: z.object({ id, name: z.string() }),
  enrollmentId: id,
  /** Of a test run: nobody is written to, and it is answered there. */
  test: z.boolean(),
  mails: z.array(mail),
});
export type Approval = z.infer<typeof approval>;

export const answerApproval = z.object({
  /** The id of one of its choices. */
  choice: z.string().min(1).max(40),
  note: z.string().trim().max(longestApprovalNote).default(''),
});

export const approvalsApi = {
  approvals: route({
    ...approvalEndpoints.approvals,
    summary: 'List what approval steps ask, newest first',
    query: pageQuery.omit({ search: true }).extend({
      state: z.enum(['open', 'closed']).optional(),
      journeyId: id.optional(),
      /** Of one run; then also of a test run. */
      enrollmentId: id.optional(),
      /** About one person. */
      profileId: id.optional(),
    }),
    response: page(approval),
  }),
  approvalCount: route({
    ...approvalEndpoints.approvalCount,
    summary: 'Count approvals that wait for an answer',
    response: z.object({ open: z.number().int() }),
  }),
  approval: route({
    ...approvalEndpoints.approval,
    summary: 'Read an approval',
    params: idParams,
    response: approval,
  }),
  answerApproval: route({
    ...approvalEndpoints.answerApproval,
    summary: 'Answer an approval: once, for good',
    status: 200,
    params: idParams,
    body: answerApproval,
    response: approval,
  }),
};
