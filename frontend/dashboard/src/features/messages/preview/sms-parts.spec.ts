import { expect, it } from 'vitest';
import { smsParts } from './sms-parts';

it.each([
  ['', 'gsm', 0], ['a'.repeat(160), 'gsm', 1], ['a'.repeat(161), 'gsm', 2], ['a'.repeat(306), 'gsm', 2], ['a'.repeat(307), 'gsm', 3],
  ['€'.repeat(80), 'gsm', 1], ['€'.repeat(81), 'gsm', 2], ['한'.repeat(70), 'unicode', 1], ['한'.repeat(71), 'unicode', 2], ['👋'.repeat(36), 'unicode', 2],
])('counts the parts of a text (%#)', (text, encoding, parts) => {
  expect(smsParts(text)).toMatchObject({ encoding, parts });
});
