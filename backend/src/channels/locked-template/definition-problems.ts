import { approvedVariables } from '@wend/contract';
import type {
  ApprovedTemplate,
  ChannelDefinition,
  HttpTemplate,
  TemplateCall,
  TemplateDefinition,
} from '@wend/contract';
import type { Escape, MessageProblem } from '@wend/node-sdk';
import { smallLiquidProblem } from '../../content/index.js';
import { controlCharacters, problemWhen } from '../field-problems.js';

const bodyEscapes: Record<TemplateCall['bodyKind'], Escape> = {
  none: 'none',
  json: 'json',
  form: 'form',
  text: 'none',
};
const headerName = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const reserved = new Set(['host', 'connection', 'content-length', 'transfer-encoding', 'upgrade', 'expect', 'te']);

/** What is wrong with a template, by path: said when it is saved, so that no message finds out. */
export function templateProblems(
  template: TemplateDefinition,
  channel: { definition: ChannelDefinition },
): MessageProblem[] {
  return template.kind === 'http' ? httpTemplateProblems(template, channel) : approvedProblems(template);
}

/** Each variable of the text has one field, and each field is one. */
function approvedProblems(template: ApprovedTemplate): MessageProblem[] {
  const variables = approvedVariables(template);
  const named = template.fields.map(({ name, variable = name }) => variable);
  return [
    ...variables.flatMap((variable) =>
      problemWhen(!named.includes(variable), 'fields', `has none for the variable “${variable}” of the text`),
    ),
    ...named.flatMap((variable, index) => [
      ...problemWhen(!variables.includes(variable), `fields[${index}]`, `“${variable}” is no variable of the text`),
      ...problemWhen(named.indexOf(variable) !== index, `fields[${index}]`, `“${variable}” has a field already`),
    ]),
    ...template.buttons.flatMap(({ kind, url }, index) =>
      problemWhen(kind === 'web' && !url, `buttons[${index}].url`, 'is needed for a button that opens a page'),
    ),
  ];
}

function httpTemplateProblems(
  template: HttpTemplate,
  { definition: channel }: { definition: ChannelDefinition },
): MessageProblem[] {
  const fields = template.fields.map(({ name }) => `fields.${name}`);
  const shared = ['message.id', 'message.channel'];
  const call = [
    ...fields,
    ...shared,
    ...(channel.address ? ['recipient'] : []),
    'receipts_url',
    'connection.sender',
    'secrets.key',
    'secrets.second',
  ];
  const lookUp = ['profile.external_id', ...shared, 'secrets.lookUp'];
  return [
    ...fieldProblems(template),
    ...requestProblems(template.call, { at: 'call', variables: call }),
    ...liquidProblem({
      path: 'call.body',
      source: template.call.body,
      escape: bodyEscapes[template.call.bodyKind],
      variables: call,
    }),
    ...problemWhen(
      template.call.idempotencyHeader !== undefined && !headerName.test(template.call.idempotencyHeader),
      'call.idempotencyHeader',
      'is not a valid header name',
    ),
    ...lookUpProblems(template, { channel, variables: lookUp }),
    ...answerProblems(template),
    ...receiptProblems(template),
    ...Object.entries(template.shows).flatMap(([name, source]) =>
      channel.content.some((each) => each.name === name)
        ? liquidProblem({ path: `shows.${name}`, source, escape: 'none', variables: fields })
        : [{ path: `shows.${name}`, message: `is not a part of a message of the channel “${channel.name}”` }],
    ),
  ];
}

function fieldProblems({ fields }: HttpTemplate): MessageProblem[] {
  return fields.flatMap(({ name, kind, options }, index) => [
    ...problemWhen(
      fields.findIndex((each) => each.name === name) < index,
      `fields[${index}].name`,
      `is the name of another field already: “${name}”`,
    ),
    ...problemWhen(
      kind === 'choice' && (options?.length ?? 0) === 0,
      `fields[${index}].options`,
      'needs at least one option to choose from',
    ),
  ]);
}

type Request = { url: string; headers: { name: string; value: string }[] };

function requestProblems(
  { url, headers }: Request,
  { at, variables }: { at: string; variables: string[] },
): MessageProblem[] {
  return [
    ...problemWhen(
      !/^\s*(\/|https?:\/\/)/i.test(url),
      `${at}.url`,
      'must begin with / (below the address of the connection) or with https://',
    ),
    ...liquidProblem({ path: `${at}.url`, source: url, escape: 'url', variables }),
    ...headers.flatMap(({ name, value }, index) => [
      ...problemWhen(!headerName.test(name), `${at}.headers[${index}].name`, 'is not a valid header name'),
      ...problemWhen(
        reserved.has(name.toLowerCase()),
        `${at}.headers[${index}].name`,
        'is set by Wend and cannot be changed',
      ),
      ...problemWhen(controlCharacters.test(value), `${at}.headers[${index}].value`, 'must be one line'),
      ...liquidProblem({ path: `${at}.headers[${index}].value`, source: value, escape: 'line', variables }),
    ]),
  ];
}

function lookUpProblems(
  { lookUp }: HttpTemplate,
  { channel, variables }: { channel: ChannelDefinition; variables: string[] },
): MessageProblem[] {
  if (!lookUp) return [];
  return [
    ...problemWhen(
      !channel.address || channel.address.devices !== undefined,
      'lookUp',
      `is not possible here: “${channel.name}” does not reach people by an address`,
    ),
    ...requestProblems(lookUp, { at: 'lookUp', variables }),
    ...liquidProblem({ path: 'lookUp.body', source: lookUp.body, escape: 'json', variables }),
    ...problemWhen(
      ![lookUp.url, lookUp.body, ...lookUp.headers.map(({ value }) => value)].some((text) =>
        text.includes('profile.external_id'),
      ),
      'lookUp.url',
      'does not say whose address is asked for: use {{ profile.external_id }}',
    ),
  ];
}

function answerProblems({ answer }: HttpTemplate): MessageProblem[] {
  const { success } = answer;
  return [
    ...problemWhen(
      success !== undefined && (success.path === undefined) !== (success.equals === undefined),
      'answer.success.equals',
      'and the path before it belong together: give both or neither',
    ),
    ...(success?.statuses ?? []).flatMap(({ from, to }, index) =>
      problemWhen(from > to, `answer.success.statuses[${index}].to`, 'must not be below the first'),
    ),
    ...answer.errors.flatMap(({ codes, status }, index) => [
      ...problemWhen(
        codes === undefined && status === undefined,
        `answer.errors[${index}]`,
        'needs codes, a status, or both',
      ),
      ...problemWhen(
        codes !== undefined && answer.codePath === undefined,
        'answer.codePath',
        'must say where the code of an error stands, because errors are told apart by it',
      ),
    ]),
  ];
}

function receiptProblems({ receipts }: HttpTemplate): MessageProblem[] {
  return problemWhen(
    receipts !== undefined && receipts.idPath === undefined && receipts.messageIdPath === undefined,
    'receipts.idPath',
    'or the path of Wend’s own id must be given: else nobody knows which message a receipt is about',
  );
}

type LiquidProblemOptions = { path: string; source: string; escape: Escape; variables: string[] };

function liquidProblem({ path, ...template }: LiquidProblemOptions): MessageProblem[] {
  const problem = smallLiquidProblem(template);
  return problem === null ? [] : [{ path, message: problem }];
}
