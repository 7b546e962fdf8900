import { describe, expect, it } from 'vitest';
import { spanSeconds } from './span-text.js';

describe('spanSeconds', () => {
  it.each([
    ['0', 0],
    ['2 days', 172_800],
    ['1 hour 30 minutes', 5_400],
    ['15 min', 900],
    ['1 day, 2 h', 93_600],
    ['1.5 hours', 5_400],
  ])('reads %s', (text, seconds) => expect(spanSeconds(text)).toBe(seconds));

  it.each(['', 'soon', '2', '2 moons', 'in 2 days', '-1 day', '1 day ago'])('does not read “%s”', (text) =>
    expect(spanSeconds(text)).toBeNull(),
  );
});
