import type { TemplateCall, TemplateLookUp } from '@wend/contract';
import { ProviderError } from '@wend/node-sdk';
import type { Escape, ProviderRequest } from '@wend/node-sdk';
import { isJson } from '../../content/index.js';
import { renderSmallLiquid } from '../../content/index.js';

/** What stands in a template's Liquid while it is called. */
export type CallData = {
  fields: Record<string, string>;
  recipient: string | null;
  message: { id: string; channel: string };
  receipts_url: string;
  connection: { sender: string };
  secrets: Record<string, string>;
};
export type LookUpData = {
  profile: { external_id: string };
  message: { id: string; channel: string };
  secrets: { lookUp: string };
};

const escapes: Record<TemplateCall['bodyKind'], Escape> = { none: 'none', json: 'json', form: 'form', text: 'none' };
const contentTypes: Record<TemplateCall['bodyKind'], string | null> = {
  none: null,
  json: 'application/json',
  form: 'application/x-www-form-urlencoded',
  text: 'text/plain; charset=utf-8',
};

type CallRequestOptions = { call: TemplateCall; base: string; data: CallData; idempotencyKey: string };

/** The provider's call. Throws a `ProviderError` of class `configuration` when it cannot be one. */
export function callRequest({ call, base, data, idempotencyKey }: CallRequestOptions): ProviderRequest {
  const body = call.bodyKind === 'none' || call.method === 'GET' ? '' : render(call.body, escapes[call.bodyKind], data);
  if (call.bodyKind === 'json' && body !== '' && !isJson(body))
    throw wrong('The body of this template is not valid JSON with these values.');
  const type = body === '' ? null : contentTypes[call.bodyKind];
  return {
    method: call.method,
    url: addressBelow(base, render(call.url, 'url', data)),
    headers: {
      'user-agent': 'Wend',
      ...(type !== null && { 'content-type': type }),
      ...headersOf(call.headers, data),
      ...(call.idempotencyHeader && { [call.idempotencyHeader.toLowerCase()]: idempotencyKey }),
    },
    ...(body !== '' && { body }),
  };
}

type LookUpRequestOptions = { lookUp: TemplateLookUp; base: string; data: LookUpData };

/** The call of one's own server for an address. */
export function lookUpRequest({ lookUp, base, data }: LookUpRequestOptions): ProviderRequest {
  const body = lookUp.method === 'GET' ? '' : render(lookUp.body, 'json', data);
  return {
    method: lookUp.method,
    url: addressBelow(base, render(lookUp.url, 'url', data)),
    headers: {
      'user-agent': 'Wend',
      accept: 'application/json',
      ...(body !== '' && { 'content-type': 'application/json' }),
      ...headersOf(lookUp.headers, data),
    },
    ...(body !== '' && { body }),
  };
}

function headersOf(headers: TemplateCall['headers'], data: object): Record<string, string> {
  return Object.fromEntries(
    headers.map(({ name, value }) => [name.toLowerCase(), render(value, 'line', data).trim()] as const),
  );
}

function render(source: string, escape: Escape, data: object): string {
  try {
    return renderSmallLiquid({ source, escape, data: data as Record<string, unknown> });
  } catch (error) {
    throw wrong(`This template cannot be rendered: ${error instanceof Error ? error.message : String(error)}`);
  }
}

/**
 * Secrets belong to the connection's server: whatever a template or a value says, a call goes to that server and
 * below its path.
 */
function addressBelow(base: string, written: string): string {
  const text = written.trim();
  const root = URL.canParse(base) ? new URL(base) : null;
  if (!root) throw wrong('The connection has no valid address.');
  const whole = text.startsWith('/') ? `${base.replace(/\/+$/, '')}${text}` : text;
  const url = URL.canParse(whole) ? new URL(whole) : null;
  const path = root.pathname.replace(/\/*$/, '/');
  if (!url || url.origin !== root.origin || !`${url.pathname}/`.startsWith(path))
    throw wrong(`The address of this template does not lie below ${base}, the address of its connection.`);
  return url.href;
}

function wrong(message: string): ProviderError {
  return new ProviderError({ class: 'configuration', message, handedOver: false });
}
