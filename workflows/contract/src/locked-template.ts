import { z } from 'zod';

/**
 * A locked template: how a provider is called, written down once by a developer. Whoever builds journeys sees its
 * fields and nothing else. Liquid in it may use `fields.<name>`, `recipient`, `message.id`, `message.channel`,
 * `receipts_url`, `connection.sender` and `secrets.<name>`; what data brings is made safe for where it stands.
 */

const liquid = z.string().max(20_000);
/** Where something stands in a JSON answer, such as `data.items[0].id`; empty for the whole. */
const answerPath = z
  .string()
  .trim()
  .max(200)
  .regex(/^(?:[^.[\]\s]+(?:\[\d+\])*(?:\.[^.[\]\s]+(?:\[\d+\])*)*)?$/, 'must look like data.items[0].id');
const fieldName = z
  .string()
  .max(40)
  .regex(/^[a-z][A-Za-z0-9_]*$/, 'must begin with a small letter and hold letters, digits and _ only');
const headers = z.array(z.object({ name: z.string().trim().min(1).max(200), value: liquid })).max(30);

export const templateFieldKinds = ['text', 'long', 'url', 'choice'] as const;
/** A part that is filled in by whoever builds journeys; Liquid may stand in it. `maxLength` is in characters. */
export const templateField = z.object({
  name: fieldName,
  label: z.string().trim().min(1).max(80),
  kind: z.enum(templateFieldKinds),
  required: z.boolean().default(true),
  maxLength: z.number().int().min(1).max(20_000).optional(),
  help: z.string().max(300).optional(),
  /** What an approved text calls it, when that is another name: `이름` of `#{이름}`, `1` of `{{1}}`. */
  variable: z.string().trim().min(1).max(60).optional(),
  /** Of a choice. */
  options: z
    .array(z.object({ value: z.string().min(1).max(200), label: z.string().min(1).max(80) }))
    .max(50)
    .optional(),
});
export type TemplateField = z.infer<typeof templateField>;

const methods = z.enum(['GET', 'POST', 'PUT', 'PATCH']);
/**
 * One call. `url` begins with `/` and follows the connection's address, or is a whole address below it: secrets go
 * nowhere else. `body` says what surrounds the tags: JSON, a form's body, or plain text.
 */
export const templateCall = z.object({
  method: methods,
  url: liquid.min(1),
  headers: headers.default([]),
  bodyKind: z.enum(['none', 'json', 'form', 'text']),
  body: liquid.default(''),
  /** The header that carries the message's id, when the provider drops repeats of one: `Idempotency-Key`. */
  idempotencyHeader: z.string().trim().max(100).optional(),
});
export type TemplateCall = z.infer<typeof templateCall>;

/**
 * A call to a server of one's own that gives the address for an external id (`profile.external_id`), at the moment of
 * sending. What it gives is never stored, logged or shown.
 */
export const templateLookUp = z.object({
  method: z.enum(['GET', 'POST']),
  url: liquid.min(1),
  headers: headers.default([]),
  body: liquid.default(''),
  addressPath: answerPath,
});
export type TemplateLookUp = z.infer<typeof templateLookUp>;

export const providerErrorClasses = [
  'timeout',
  'rateLimited',
  'serverError',
  'rejected',
  'badAddress',
  'configuration',
  'network',
] as const;
const codes = z.array(z.string().min(1).max(200)).max(200);
/** How an answer is read. Without `success` every 2xx means taken. */
export const templateAnswer = z.object({
  success: z
    .object({
      statuses: z
        .array(z.object({ from: z.number().int().min(100).max(599), to: z.number().int().min(100).max(599) }))
        .min(1)
        .max(20)
        .default([{ from: 200, to: 299 }]),
      /** Beside the status: what stands at `path` is one of `equals`. */
      path: answerPath.optional(),
      equals: codes.optional(),
    })
    .optional(),
  /** The provider's id of the message, by which receipts name it. */
  idPath: answerPath.optional(),
  /** Where the code of an error stands, and where its words do. */
  codePath: answerPath.optional(),
  messagePath: answerPath.optional(),
  /** The first that fits says what a refusal means; by code, by status, or both. */
  errors: z
    .array(
      z.object({
        codes: codes.optional(),
        status: z.number().int().min(100).max(599).optional(),
        class: z.enum(providerErrorClasses),
      }),
    )
    .max(200)
    .default([]),
  /** Where the seconds to wait stand; else the Retry-After header says. */
  retryAfterPath: answerPath.optional(),
});
export type TemplateAnswer = z.infer<typeof templateAnswer>;

const secretName = z.enum(['key', 'second', 'receipts']);
/** What makes a call for `receipts_url` the provider's own. */
export const receiptVerification = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('hmac'),
    header: z.string().trim().min(1).max(100),
    algorithm: z.enum(['sha1', 'sha256', 'sha512']),
    encoding: z.enum(['hex', 'base64']),
    /** What stands before the signature, such as `sha256=`. */
    prefix: z.string().max(20).default(''),
    secret: secretName.default('receipts'),
  }),
  z.object({
    kind: z.literal('token'),
    /** The header, or the name in the query, that carries it. */
    in: z.enum(['header', 'query']),
    name: z.string().trim().min(1).max(100),
    secret: secretName.default('receipts'),
  }),
  z.object({ kind: z.literal('basic'), user: z.string().max(200), secret: secretName.default('receipts') }),
]);
export const receiptKinds = [
  'sent',
  'delivered',
  'opened',
  'clicked',
  'failed',
  'bounced',
  'softBounced',
  'complained',
  'unsubscribed',
  'resubscribed',
  'replied',
] as const;
/** How receipts are read: JSON, or a form's fields. A status that is not listed says nothing. */
export const templateReceipts = z.object({
  verification: receiptVerification,
  /** Where the list of receipts is; empty when the body is one, or is the list. */
  eventsPath: answerPath.default(''),
  /** The provider's id of the message. */
  idPath: answerPath.optional(),
  /** Wend's own, where the provider gives back what it was sent with. */
  messageIdPath: answerPath.optional(),
  statusPath: answerPath,
  statuses: z
    .array(z.object({ equals: codes.min(1), kind: z.enum(receiptKinds) }))
    .min(1)
    .max(50),
  detailPath: answerPath.optional(),
  recipientPath: answerPath.optional(),
  toPath: answerPath.optional(),
  textPath: answerPath.optional(),
  eventIdPath: answerPath.optional(),
});
export type TemplateReceipts = z.infer<typeof templateReceipts>;

/** The whole of a locked template, as it is stored. */
export const httpTemplate = z.object({
  kind: z.literal('http'),
  fields: z.array(templateField).max(30),
  call: templateCall,
  lookUp: templateLookUp.optional(),
  answer: templateAnswer.default({ errors: [] }),
  receipts: templateReceipts.optional(),
  /**
   * What the message shows of itself, by the names of the channel's content: `{ text: '{{ fields.message }}' }`. A field
   * that has such a name needs no entry.
   */
  shows: z.record(z.string().max(40), liquid).default({}),
});
export type HttpTemplate = z.infer<typeof httpTemplate>;

export const approvedButtonKinds = ['web', 'app', 'keyword', 'phone'] as const;
/** A button as it was approved; `url` may hold variables. */
export const approvedButton = z.object({
  kind: z.enum(approvedButtonKinds),
  label: z.string().trim().min(1).max(40),
  url: z.string().trim().max(2_000).optional(),
});
export type ApprovedButton = z.infer<typeof approvedButton>;

/**
 * A text that a network has approved, word by word: only its variables change, written `#{name}` (KakaoTalk) or
 * `{{1}}` (WhatsApp). `code` is what the network calls it.
 */
export const approvedTemplate = z.object({
  kind: z.literal('approved'),
  code: z.string().trim().min(1).max(512),
  language: z.string().trim().max(20).optional(),
  state: z.enum(['approved', 'pending', 'rejected']).default('approved'),
  text: z.string().min(1).max(4_096),
  buttons: z.array(approvedButton).max(10).default([]),
  fields: z.array(templateField).max(60),
});
export type ApprovedTemplate = z.infer<typeof approvedTemplate>;

/** What can be stored as a template. To add another kind, add its schema: each has `kind` and `fields`. */
export const templateDefinition = z.discriminatedUnion('kind', [httpTemplate, approvedTemplate]);
export type TemplateDefinition = z.infer<typeof templateDefinition>;

/**
 * The settings with which a step uses a template. `lookUp` repeats what the template says, so that the run knows that no
 * address is needed; delivery asks the template itself.
 */
export type TemplateChoice = { id: string; lookUp?: boolean; fields: Record<string, string> };

/** The choice in a step's settings; null where it has none. */
export function templateChoice(config: Record<string, unknown>): TemplateChoice | null {
  const chosen = config['template'];
  if (typeof chosen !== 'object' || chosen === null) return null;
  const { id, lookUp, fields } = chosen as Partial<TemplateChoice>;
  if (typeof id !== 'string' || id === '') return null;
  return {
    id,
    ...(lookUp === true && { lookUp }),
    fields: Object.fromEntries(
      Object.entries(typeof fields === 'object' && fields !== null ? fields : {}).filter(
        ([, value]) => typeof value === 'string',
      ),
    ),
  };
}
