const longestSeconds = 24 * 3_600;

/** Seconds that a Retry-After header (seconds or an HTTP date, RFC 9110) asks for, at most a day; null without a usable one. */
export function retryAfterSeconds(header: string | undefined, now: number = Date.now()): number | null {
  const value = header?.trim() ?? '';
  if (/^\d+$/.test(value)) return Math.min(Number(value), longestSeconds);
  const at = /^[A-Za-z]{3}/.test(value) ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : Math.min(Math.max(0, Math.ceil((at - now) / 1_000)), longestSeconds);
}
