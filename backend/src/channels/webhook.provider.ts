import { Injectable } from '@nestjs/common';
import type { WebhookContent } from '../content/index.js';
import { OutboundError, SafeHttpClient } from '../platform/outbound/index.js';
import type { OutboundResponse } from '../platform/outbound/index.js';
import { ProviderError } from './provider.js';
import type { Provider, SendRequest, SendResult } from './provider.js';
import { retryAfterSeconds } from './retry-after.js';

/** Calls an address. Receivers tell repeats by `webhook-id` (Standard Webhooks) and `Idempotency-Key`, both the message's id. */
@Injectable()
export class WebhookProvider implements Provider {
  readonly name = 'webhook';
  readonly idempotent = true;

  constructor(private readonly http: SafeHttpClient) {}

  async send({ content, idempotencyKey, signal }: SendRequest): Promise<SendResult> {
    const { method, url, headers, body } = content as WebhookContent;
    const response = await this.call({ method, url, headers: headersFor({ headers, body, idempotencyKey }), ...(body !== '' && { body }), signal });
    if (response.status >= 200 && response.status < 300) return { status: 'delivered', detail: `HTTP ${response.status}` };
    throw refusal(response);
  }

  private async call(request: Parameters<SafeHttpClient['request']>[0]): Promise<OutboundResponse> {
    try {
      return await this.http.request(request);
    } catch (error) {
      if (!(error instanceof OutboundError)) throw error;
      throw new ProviderError({ class: error.kind === 'refused' ? 'rejected' : error.kind, message: error.message, handedOver: error.handedOver }, { cause: error });
    }
  }
}

function headersFor({ headers, body, idempotencyKey }: { headers: WebhookContent['headers']; body: string; idempotencyKey: string }): Record<string, string> {
  const own = new Map(headers.map(({ name, value }) => [name.toLowerCase(), value]));
  const given = (name: string, value: string): [string, string] => [name, own.get(name) ?? value];
  return Object.fromEntries([
    ...own,
    given('user-agent', 'Wend'),
    ...(body === '' ? [] : [given('content-type', looksLikeJson(body) ? 'application/json' : 'text/plain; charset=utf-8')]),
    given('idempotency-key', idempotencyKey),
    given('webhook-id', idempotencyKey),
    given('webhook-timestamp', String(Math.floor(Date.now() / 1_000))),
  ]);
}

function looksLikeJson(body: string): boolean {
  try {
    JSON.parse(body);
    return true;
  } catch {
    return false;
  }
}

function refusal({ status, headers, body }: OutboundResponse): ProviderError {
  const said = body.trim().slice(0, 200).replace(/\s+/g, ' ');
  const message = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  if (status === 429) return new ProviderError({ class: 'rateLimited', message, handedOver: false, retryAfterSeconds: retryAfterSeconds(headers['retry-after']) });
  if (status === 408 || status === 425) return new ProviderError({ class: 'timeout', message, handedOver: false });
  if (status >= 500) return new ProviderError({ class: 'serverError', message, handedOver: false, retryAfterSeconds: retryAfterSeconds(headers['retry-after']) });
  if (status >= 300 && status < 400) return new ProviderError({ class: 'rejected', message: `HTTP ${status}: redirects are not followed; enter the final address`, handedOver: false });
  return new ProviderError({ class: 'rejected', message, handedOver: false });
}
