const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 1 });

/** 1,284 */
export function formatNumber(value: number): string {
  return whole.format(value);
}

/** One thing or several: `plural(2, 'person', 'people')` is "2 people". */
export function plural(count: number, one: string, many: string): string {
  return `${formatNumber(count)} ${count === 1 ? one : many}`;
}

/** 61 %; "–" when there is nothing to divide by. */
export function formatShare({ part, of }: { part: number; of: number }): string {
  return of > 0 ? `${Math.round((part / of) * 100)} %` : '–';
}
