import { ProviderError } from './provider-error.js';

const longestSeconds = 24 * 3_600;

/**
 * Seconds that a Retry-After header (seconds or an HTTP date, RFC 9110) asks for, at most a day; null without a usable
 * one.
 */
export function retryAfterSeconds(header: string | undefined, now: number = Date.now()): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value), longestSeconds);
  const at = /^[A-Za-z]{3}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(0, Math.ceil((at - now) / 1_000)), longestSeconds);
}

type Answer = { status: number; headers: Record<string, string>; body: string };

/** What an answer other than 2xx means for a message: for providers that speak HTTP and say nothing finer. */
export function httpRefusal({ status, headers, body }: Answer): ProviderError {
  const said = body.trim().slice(0, 200).replace(/\s+/g, ' ');
  const message = `HTTP ${status}${said === '' ? '' : `: ${said}`}`;
  const answered = { status, answer: body.slice(0, 4_000) };
  if (status === 429)
    return new ProviderError({
      ...answered,
      class: 'rateLimited',
      message,
      handedOver: false,
      retryAfterSeconds: retryAfterSeconds(headers['retry-after']),
    });
  if (status === 408 || status === 425)
    return new ProviderError({ ...answered, class: 'timeout', message, handedOver: false });
  if (status >= 500)
    return new ProviderError({
      ...answered,
      class: 'serverError',
      message,
      handedOver: false,
      retryAfterSeconds: retryAfterSeconds(headers['retry-after']),
    });
  if (status >= 300 && status < 400)
    return new ProviderError({
      ...answered,
      class: 'rejected',
      message: `HTTP ${status}: redirects are not followed; enter the final address`,
      handedOver: false,
    });
  return new ProviderError({ ...answered, class: 'rejected', message, handedOver: false });
}
