import { isSafeJson } from '@wend/contract';
import type { Json } from '@wend/contract';
import { ProviderError, httpRefusal } from '@wend/node-sdk';
import type { ProviderCode, ProviderResponse, ProviderServices, SendRequest } from '@wend/node-sdk';
import { isJson } from '../../../content/index.js';
import type { WebhookContent } from '../webhook.channel.js';

/** Headers that prove who calls. `body`: the exact bytes. */
export type Sign = (
  call: { id: string; at: Date; body: string },
  connection: SendRequest['connection'],
) => Record<string, string>;

const longestResponse = 32_000;
/** It becomes a part of an event, which must not be deeper than others. */
const deepestResponse = 24;

/**
 * How every provider of webhooks calls. Receivers tell repeats by `webhook-id` (Standard Webhooks) and
 * `Idempotency-Key`, both the message's id; a step's own headers go before these, but not before those that are signed.
 */
export function caller(
  services: ProviderServices,
  sign: Sign = () => ({}),
): Pick<ProviderCode<WebhookContent>, 'receiverOf' | 'send'> {
  return {
    receiverOf: ({ content: { url } }) => (URL.canParse(url) ? new URL(url).host : null),
    async send({ content, idempotencyKey, connection, signal, handingOver }) {
      const { method, url, body } = content;
      // The client connects and sends in one: a call that did not get through is marked too, and is repeated under its
      // key.
      await handingOver();
      const at = new Date();
      const signed = sign({ id: idempotencyKey, at, body }, connection);
      const response = await services.http({
        method,
        url,
        headers: { ...headersFor(content, { id: idempotencyKey, at }), ...signed },
        ...(body !== '' && { body }),
        signal,
      });
      const given = content.response ? { response: responseOf(response) } : {};
      if (response.status >= 200 && response.status < 300)
        return { status: 'delivered', detail: `HTTP ${response.status}`, answer: response.body, ...given };
      const refusal = httpRefusal(response);
      throw new ProviderError({ ...refusal, message: refusal.message, ...given });
    },
  };
}

function headersFor({ headers, body }: WebhookContent, { id, at }: { id: string; at: Date }): Record<string, string> {
  return {
    'user-agent': 'Wend',
    ...(body === '' ? {} : { 'content-type': isJson(body) ? 'application/json' : 'text/plain; charset=utf-8' }),
    'idempotency-key': id,
    'webhook-id': id,
    'webhook-timestamp': String(Math.floor(at.getTime() / 1_000)),
    ...Object.fromEntries(headers.map(({ name, value }) => [name.toLowerCase(), value])),
  };
}

/** As later steps find it: the body as JSON where it is JSON that an event can hold, else as text. */
function responseOf({ status, body }: ProviderResponse): Json {
  if (body.length <= longestResponse && isJson(body)) {
    const value = JSON.parse(body) as Json;
    if (isSafeJson(value, deepestResponse)) return { status, body: value };
  }
  return { status, body: body.slice(0, longestResponse) };
}
