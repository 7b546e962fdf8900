import { expect, it } from 'vitest';
import { storableJson, storableText } from './index.js';

it('mends what PostgreSQL cannot hold and leaves the rest', () => {
  expect(storableText('a\u0000b\ud83d')).toBe('a\ufffdb\ufffd');
  expect(storableText('😀 ok')).toBe('😀 ok');
});

it('mends texts and keys at every level, and copies nothing that is fine', () => {
  const fine = { a: [1, null, { b: 'x' }] };
  expect(storableJson(fine)).toBe(fine);
  expect(storableJson({ a: [1, { 'k\ud83d': 'v\ude00' }], b: true })).toEqual({
    a: [1, { 'k\ufffd': 'v\ufffd' }],
    b: true,
  });
});
