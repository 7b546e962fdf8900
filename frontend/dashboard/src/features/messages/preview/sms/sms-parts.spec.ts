import { expect, it } from 'vitest';
import { smsParts } from './sms-parts';

it.each([
  ['', 'gsm', 0],
  ['a'.repeat(160), 'gsm', 1],
  ['a'.repeat(161), 'gsm', 2],
  ['a'.repeat(306), 'gsm', 2],
  ['a'.repeat(307), 'gsm', 3],
  ['€'.repeat(80), 'gsm', 1],
  ['€'.repeat(81), 'gsm', 2],
  ['한'.repeat(70), 'unicode', 1],
  ['한'.repeat(71), 'unicode', 2],
  ['👋'.repeat(36), 'unicode', 2],
  ['👋'.repeat(35), 'unicode', 1],
  // Of 67 units a part holds 33 pairs, and of 153 it holds 76.
  ['👋'.repeat(66), 'unicode', 2],
  ['👋'.repeat(67), 'unicode', 3],
  ['€'.repeat(152), 'gsm', 2],
  ['€'.repeat(153), 'gsm', 3],
  [`${'a'.repeat(152)}€${'a'.repeat(151)}`, 'gsm', 2],
  [`${'a'.repeat(152)}€${'a'.repeat(152)}`, 'gsm', 3],
  ['a\n'.repeat(80), 'gsm', 1],
  ['[', 'gsm', 1],
])('counts the parts of a text (%#)', (text, encoding, parts) => {
  expect(smsParts(text)).toMatchObject({ encoding, parts });
});
