import { channelOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { defineChannel } from '@wend/node-sdk';
import type { Escape, MessageProblem, MessageTemplate } from '@wend/node-sdk';
import { isJson } from '../../content/index.js';
import { problemWhen } from '../field-problems.js';
import { templatesIn, textOf } from '../node-templates.js';

export type WebhookContent = {
  method: string;
  url: string;
  headers: { name: string; value: string }[];
  body: string;
  /** Later steps want to know what it was answered with. */
  response?: true;
};

/** Calls of other systems. Its body is made safe for what its content type says it is. */
export const webhookChannel = defineChannel<WebhookContent>({
  definition: channelOf('webhook'),
  templates: (config) => ({
    ...templatesIn(config, ['url'], 'url'),
    ...templatesIn(config, ['body'], bodyEscape(config)),
    ...headerTemplates(config),
  }),
  compose({ config, values }) {
    const value = (path: string) => (values[path] ?? '').trim();
    const method = typeof config['method'] === 'string' ? config['method'].toUpperCase() : 'POST';
    const content = {
      method,
      url: value('url'),
      headers: headersOf(config).map(({ name }, index) => ({ name, value: value(`headers[${index}].value`) })),
      body: method === 'GET' ? '' : (values['body'] ?? ''),
      ...(config['response'] === true && { response: true as const }),
    };
    return { content, problems: webhookProblems(content, { json: bodyEscape(config) === 'json' }) };
  },
});

function headersOf(config: JsonObject): { name: string; value: string }[] {
  const headers = Array.isArray(config['headers']) ? config['headers'] : [];
  return headers.map((header) => {
    const { name, value } = (header ?? {}) as JsonObject;
    return { name: textOf(name).trim(), value: textOf(value) };
  });
}

function headerTemplates(config: JsonObject): Record<string, MessageTemplate> {
  return Object.fromEntries(
    headersOf(config).map(({ value }, index) => [`headers[${index}].value`, { source: value, escape: 'line' }]),
  );
}

/** What a body is made of, as its content type says; without one as its beginning does. */
export function bodyEscape(config: JsonObject): Escape {
  const type =
    headersOf(config)
      .find(({ name }) => name.toLowerCase() === 'content-type')
      ?.value.trim()
      .toLowerCase() ?? '';
  if (/[/+]json\b/.test(type)) return 'json';
  if (type.startsWith('application/x-www-form-urlencoded')) return 'form';
  if (/[/+](?:xml|html)\b/.test(type)) return 'html';
  // Tags put nothing out themselves: what follows them is where the body begins.
  return type === '' && /^(?:\s|\{%[^]*?%\})*(?:\[|\{(?![{%]))/.test(textOf(config['body'])) ? 'json' : 'none';
}

const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
/** Headers that decide how a request travels are not the template's to set. */
const reservedHeaders = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'upgrade',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'proxy-authorization',
  'accept-encoding',
]);
const methods = new Set(['GET', 'POST', 'PUT', 'PATCH', 'DELETE']);

/** `json`: the receiver is told that the body is JSON, so it must be. */
export function webhookProblems(content: WebhookContent, { json = false }: { json?: boolean } = {}): MessageProblem[] {
  return [
    ...problemWhen(!methods.has(content.method), 'method', `must be one of ${[...methods].join(', ')}`),
    ...problemWhen(
      !/^https?:\/\//i.test(content.url) || !URL.canParse(content.url),
      'url',
      'must be a whole address, beginning with https://',
    ),
    ...problemWhen(Buffer.byteLength(content.body) > 256 * 1024, 'body', 'is larger than 256 KB'),
    ...problemWhen(
      json && content.body.trim() !== '' && !isJson(content.body),
      'body',
      `is not valid JSON for this person: ${content.body.trim().slice(0, 80)}`,
    ),
    ...content.headers.flatMap((header, index) => headerProblems(header, `headers[${index}]`)),
  ];
}

function headerProblems({ name, value }: WebhookContent['headers'][number], path: string): MessageProblem[] {
  return [
    ...problemWhen(!headerName.test(name), `${path}.name`, 'is not a valid header name'),
    ...problemWhen(reservedHeaders.has(name.toLowerCase()), `${path}.name`, 'is set by Wend and cannot be changed'),
    ...problemWhen(
      /[^\t\u0020-\u007e\u0080-\u00ff]/.test(value),
      `${path}.value`,
      'must be one line of Latin characters',
    ),
  ];
}
