import fc from 'fast-check';
import { expect, it } from 'vitest';
import { foldReply, readReply, usualReplyWords } from './reply-words.js';
import type { ReplyMeaning } from './reply-words.js';

const read = (text: string, language = 'en') => readReply(text, { words: usualReplyWords, language });
const all = Object.entries(usualReplyWords.languages).flatMap(([language, each]) =>
  (['stop', 'start', 'help'] as const).flatMap((meaning) => each[meaning].map((word) => ({ language, meaning, word }))),
);

it.each([
  ['STOP', 'stop'],
  [' stop. ', 'stop'],
  ['ＳＴＯＰ', 'stop'],
  ['S T O P !!', 'stop'],
  ['“Stop”', 'stop'],
  ['수신 거부', 'stop'],
  ['수신거부'.normalize('NFD'), 'stop'],
  ['(수신거부)', 'stop'],
  ['Arrêt', 'stop'],
  ['desabonner', 'stop'],
  ['停止。', 'stop'],
  ['ｽﾄｯﾌﾟ', 'stop'],
  ['退 订', 'stop'],
  ['Rezygnuje', 'stop'],
  ['стоп', 'stop'],
  ['start', 'start'],
  ['수신동의', 'start'],
  ['Help?', 'help'],
])('reads “%s” as %s', (text, meaning) => expect(read(text)?.meaning).toBe(meaning));

it.each(['Stop by tomorrow', 'please stop', 'yes', '', '👍', '...', 'stopp it', 'nonstop', '거부하지 않아요'])(
  'reads nothing into “%s”',
  (text) => expect(read(text)).toBeNull(),
);

it('answers in the language of the word, else in the workspace’s', () => {
  expect(read('수신거부', 'de')).toEqual({ meaning: 'stop', language: 'ko' });
  expect(read('STOP', 'ko')).toEqual({ meaning: 'stop', language: 'ko' });
  expect(read('STOP', 'pt-BR')).toEqual({ meaning: 'stop', language: 'pt' });
  expect(read('STOP', 'fi')).toEqual({ meaning: 'stop', language: 'en' });
  expect(read('CANCELAR', 'en')).toEqual({ meaning: 'stop', language: 'es' });
});

it('has no word that means two things', () => {
  const meanings = new Map<string, ReplyMeaning>();
  for (const { word, meaning } of all) {
    const folded = foldReply(word);
    expect(folded, word).not.toBe('');
    expect(meanings.get(folded) ?? meaning, word).toBe(meaning);
    meanings.set(folded, meaning);
  }
});

it('reads every word however it is written', () => {
  const noise = fc.stringMatching(/^[\s.,!?;:"'()\-_*~。、！？“”’\u00a0\u200b]{0,4}$/);
  const wide = (text: string) => text.replace(/[!-~]/g, (sign) => String.fromCharCode(sign.charCodeAt(0) + 0xfee0));
  const dressings = [
    (text: string) => text,
    (text: string) => text.toLowerCase(),
    (text: string) => text.toUpperCase(),
    (text: string) => text.normalize('NFD'),
    (text: string) => [...text].join(' '),
    wide,
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...all),
      noise,
      noise,
      fc.constantFrom(...dressings),
      ({ word, meaning }, before, after, dress) => {
        expect(read(`${before}${dress(word)}${after}`)?.meaning).toBe(meaning);
      },
    ),
    { numRuns: 2_000 },
  );
});

it('reads nothing into a sentence that holds such a word', () => {
  fc.assert(
    fc.property(fc.constantFrom(...all), fc.stringMatching(/^[a-z]{4,12}x$/), ({ word }, other) => {
      expect(read(`${word} ${other}`)).toBeNull();
    }),
  );
});
