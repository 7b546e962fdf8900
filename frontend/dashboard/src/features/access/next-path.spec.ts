import { expect, it } from 'vitest';
import { safeNextPath } from './next-path';

it.each([
  ['/profiles?search=a', '/profiles?search=a'],
  [undefined, '/journeys'],
  ['https://evil.example', '/journeys'],
  ['//evil.example', '/journeys'],
  ['/\\evil.example', '/journeys'],
  ['/\tevil', '/journeys'],
  ['javascript:alert(1)', '/journeys'],
  ['/sign-in?next=/x', '/journeys'],
  ['/setup', '/journeys'],
  ['/setup-guide', '/setup-guide'],
])('after signing in, %s leads to %s', (next, path) => {
  expect(safeNextPath(next)).toBe(path);
});
