import { expect, it } from 'vitest';
import { unsubscribeWords } from './unsubscribe-words.js';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['ko-KR,ko;q=0.9,en-US;q=0.8', 'ko'],
  ['pt-BR, de;q=0.7, en;q=0.9', 'en'],
  ['pt-BR, de;q=0.7, en;q=0.3', 'de'],
  ['de;q=0, fr;q=0.1', 'fr'],
  ['constructor, __proto__, *', 'en'],
  ['ja;q=x', 'ja'],
])('“%s” is answered in %s', (header, language) => {
  expect(unsubscribeWords(header).language).toBe(language);
});

it('names workspace and channel in every language', () => {
  for (const language of ['en', 'ko', 'ja', 'de', 'fr', 'es', 'it']) {
    const { words } = unsubscribeWords(language);
    for (const text of [words.question, words.done])
      for (const name of ['{workspace}', '{channel']) expect(text).toContain(name);
  }
});
