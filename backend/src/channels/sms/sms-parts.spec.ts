import { SegmentedMessage } from 'sms-segments-calculator';
import { expect, it } from 'vitest';
import { smsParts } from './sms-parts.js';

// The vectors of the dashboard’s own count (features/messages/preview/sms-parts.spec.ts): both must agree.
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

it('counts what needs no dividing as the library does: each character alone, and mixtures of all lengths', () => {
  const bmp = Array.from({ length: 0x3100 }, (_, code) => String.fromCharCode(code));
  const kinds = ['az09 ,.', 'aé\n@£', 'a[€', 'a\r\n', 'aΔ한', 'a\u0301`'];
  const texts = kinds.flatMap((kind) =>
    [1, 2, 69, 70, 71, 133, 134, 135, 152, 153, 154, 159, 160, 161, 305, 306, 307, 459, 460].map((length) =>
      Array.from({ length }, (_, at) => kind[(at * 7 + length) % kind.length]).join(''),
    ),
  );
  for (const text of [...bmp, ...texts]) {
    const message = new SegmentedMessage(text);
    expect([text, smsParts(text)]).toEqual([
      text,
      { encoding: message.encodingName === 'GSM-7' ? 'gsm' : 'unicode', parts: message.segmentsCount },
    ]);
  }
});
