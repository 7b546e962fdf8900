const units: Record<string, number> = { second: 1, minute: 60, hour: 3_600, day: 86_400, week: 604_800 };
const part = /^(\d+(?:\.\d+)?)\s*(seconds?|minutes?|hours?|days?|weeks?|s|min|h|d)$/;
const short: Record<string, string> = { s: 'second', min: 'minute', h: 'hour', d: 'day' };

/**
 * The seconds of a span of time as people write it: `2 days`, `1 hour 30 minutes`, `15 min`, `0`. A day is 24 hours. Null
 * for anything else.
 */
export function spanSeconds(text: string): number | null {
  const trimmed = text.trim().toLowerCase();
  if (trimmed === '0') return 0;
  const parts = trimmed.match(/\d+(?:\.\d+)?\s*[a-z]+/g);
  if (!parts || parts.join('').replaceAll(' ', '') !== trimmed.replace(/[\s,]/g, '')) return null;
  let seconds = 0;
  for (const each of parts) {
    const [, amount, unit] = part.exec(each) ?? [];
    if (amount === undefined || unit === undefined) return null;
    seconds += Number(amount) * units[short[unit] ?? unit.replace(/s$/, '')]!;
  }
  return seconds;
}
