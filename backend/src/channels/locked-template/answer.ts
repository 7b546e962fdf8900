import type { TemplateAnswer } from '@wend/contract';
import { ProviderError, httpRefusal } from '@wend/node-sdk';
import type { ProviderResponse } from '@wend/node-sdk';
import { parsed, textAtPath } from './answer-path.js';

/** The provider's id of what it took. Throws a `ProviderError` of the class that the template names for a refusal. */
export function readAnswer(answer: TemplateAnswer, response: ProviderResponse): { providerId: string | null } {
  const body = parsed(response.body);
  if (taken(answer, { status: response.status, body })) return { providerId: textAtPath(body, answer.idPath) };
  throw refusal(answer, { response, body });
}

function taken({ success }: TemplateAnswer, { status, body }: { status: number; body: unknown }): boolean {
  const statuses = success?.statuses ?? [{ from: 200, to: 299 }];
  if (!statuses.some(({ from, to }) => status >= from && status <= to)) return false;
  if (success?.path === undefined || !success.equals) return true;
  return success.equals.includes(textAtPath(body, success.path) ?? '');
}

function refusal(
  answer: TemplateAnswer,
  { response, body }: { response: ProviderResponse; body: unknown },
): ProviderError {
  const usual = httpRefusal(response);
  const code = textAtPath(body, answer.codePath);
  const named = answer.errors.find(
    ({ codes, status }) =>
      (codes !== undefined || status !== undefined) &&
      (codes === undefined || (code !== null && codes.includes(code))) &&
      (status === undefined || status === response.status),
  );
  const seconds = Number(textAtPath(body, answer.retryAfterPath) ?? Number.NaN);
  const words = [code, textAtPath(body, answer.messagePath)].filter((text) => text !== null).join(': ');
  return new ProviderError({
    class: named?.class ?? usual.class,
    message: words === '' ? usual.message : words,
    handedOver: false,
    retryAfterSeconds: seconds >= 0 ? Math.min(Math.ceil(seconds), 86_400) : usual.retryAfterSeconds,
    status: response.status,
    answer: response.body.slice(0, 4_000),
  });
}
