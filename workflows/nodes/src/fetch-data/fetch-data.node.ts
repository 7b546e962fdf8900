import { liquidField, defineNode, done, sleep } from '@wend/node-sdk';
import type { Http, HttpRequest, HttpResponse } from '@wend/node-sdk';
import { z } from 'zod';
import { headersField } from '../headers.js';
import { webAddressHint, webAddressPattern } from '../message.js';
import { takeFrom } from './take-from.js';

/** Waits between tries, in seconds: what fails for a moment is asked for again. */
const pauses = [5, 60, 600];
/** Nobody's answer is waited for longer, in ms. */
const patience = 10_000;
/** Of what is kept, in characters of JSON: it travels with the run. */
const longestResult = 16_000;

const settings = z.object({
  method: z.enum(['GET', 'POST']).default('GET').meta({ title: 'Method', widget: 'select' }),
  url: z.string().trim().min(1).max(2_000).regex(webAddressPattern, webAddressHint).meta({
    title: 'Address',
    widget: 'liquid',
    language: 'text',
    placeholder: 'https://api.example.com/customers/{{ profile.external_id }}',
    invalid: webAddressHint,
    escape: 'url',
  }),
  connection: z.string().max(36).optional().meta({
    title: 'Sign in with',
    description: 'Adds the credentials of an API connection, and sends them to its own servers only.',
    widget: 'httpConnection',
  }),
  headers: headersField({ escape: 'line' }),
  body: liquidField({
    title: 'Body',
    description: 'JSON. Values are written as JSON.',
    rows: 6,
    maximum: 50_000,
    required: false,
    placeholder: '{ "person": {{ profile.external_id }} }',
    shownFor: { method: ['POST'] },
    escape: 'json',
  }).default(''),
  take: z
    .array(
      z.object({
        name: z
          .string()
          .min(1)
          .regex(/^[A-Za-z_][A-Za-z0-9_]{0,59}$/, 'A name has letters, digits and “_”, and begins with no digit.')
          .refine(
            (name) => !['status', 'problem', '__proto__', 'constructor', 'prototype'].includes(name),
            'This name is reserved.',
          )
          .meta({ title: 'Name', placeholder: 'tier' }),
        path: z
          .string()
          .trim()
          .max(500)
          .default('')
          .meta({ title: 'Where in the answer', placeholder: 'customer.tier' }),
      }),
    )
    .min(1, 'Say what to keep of the answer.')
    .max(30)
    .refine((all) => new Set(all.map(({ name }) => name)).size === all.length, 'A name is used twice.')
    .meta({
      title: 'Keep',
      description:
        'Values of the JSON answer that later steps can use. With a path into a list, count from 0: items.0.price. Without a path it is the whole answer.',
      widget: 'keyValue',
      addLabel: 'Add value',
      itemTitle: 'Value',
    }),
});
type Settings = z.output<typeof settings>;

/** Asks another system for data and keeps what is named of its JSON answer. */
export const fetchData = defineNode({
  type: 'wend/fetch-data',
  version: 1,
  title: 'Fetch data',
  description: 'Asks another system over HTTP, and keeps values of its JSON answer for later steps.',
  category: 'action',
  icon: 'database',
  config: settings,
  ports: [
    { id: 'ok', label: 'Fetched' },
    { id: 'failed', label: 'Not fetched' },
  ],
  failure: 'failed',
  undo: true,
  trial: true,
  summary: '{method} {url}',
  defaults: { method: 'GET', url: '', headers: [], body: '', take: [{ name: '', path: '' }] },
  output: z.object({
    status: z.number().nullable().meta({ title: 'HTTP status' }),
    problem: z.string().nullable().meta({ title: 'Why it was not fetched' }),
  }),
  outputFrom: 'take',
  retry: { attempts: 5, timeoutSeconds: 30 },
  run: async ({ config, http, idempotencyKey, resume }) => {
    const tries = typeof resume?.memo === 'number' ? resume.memo : 0;
    const asked = await ask({ http, config, idempotencyKey });
    if ('problem' in asked) {
      const pause = asked.passing ? pauses[tries] : undefined;
      if (pause !== undefined) return sleep({ seconds: pause }, tries + 1);
      return done('failed', { status: asked.status, problem: asked.problem });
    }
    return done('ok', asked.kept);
  },
  // Nobody is asked in a test run.
  simulate: ({ config: { take } }) =>
    done('ok', { status: 200, problem: null, ...Object.fromEntries(take.map(({ name }) => [name, null])) }),
});

type Asking = { http: Http; config: Settings; idempotencyKey: string };
type Asked = ReturnType<typeof takeFrom> | { problem: string; status: number | null; passing: boolean };

async function ask({ http, config, idempotencyKey }: Asking): Promise<Asked> {
  let response: HttpResponse;
  try {
    response = await http(config.url, requestOf(config, idempotencyKey));
  } catch (error) {
    const { kind, message } = error as Error & { kind?: string };
    // Our own rules forbid the address: asking again changes nothing.
    return { problem: message, status: null, passing: kind !== 'refused' };
  }
  const { status } = response;
  if (status < 200 || status > 299)
    return { problem: `The answer was ${status}.`, status, passing: status === 408 || status === 429 || status >= 500 };
  return takeFrom(response, { take: config.take, longest: longestResult });
}

/** What is posted twice, since a process was killed, says so by its key. */
function requestOf({ method, headers, body, connection }: Settings, idempotencyKey: string): HttpRequest {
  const given = Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const headersOf = { accept: 'application/json', ...given };
  const by = { method, timeoutMs: patience, ...(connection ? { connection } : {}) };
  if (method === 'GET') return { ...by, headers: headersOf };
  const own = { 'content-type': 'application/json', 'idempotency-key': idempotencyKey };
  return { ...by, headers: { ...own, ...headersOf }, body };
}
