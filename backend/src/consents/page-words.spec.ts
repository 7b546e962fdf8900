import { expect, it } from 'vitest';
import { filled, pageLanguage, pageLanguages, pageWords } from './page-words.js';
import { unsubscribeWords } from './unsubscribe-words.js';

it.each([
  [undefined, 'en'],
  ['', 'en'],
  ['ko-KR,ko;q=0.9,en-US;q=0.8', 'ko'],
  ['pt-BR, de;q=0.7, en;q=0.9', 'pt'],
  ['nl, de;q=0.7, en;q=0.3', 'de'],
  ['de;q=0, fr;q=0.1', 'fr'],
  ['constructor, __proto__, *', 'en'],
  ['ja;q=x', 'ja'],
])('a browser that likes “%s” is answered in %s', (accepted, language) => {
  expect(pageLanguage({ accepted })).toBe(language);
});

it('speaks as it is asked, then as the browser likes, then as the workspace does', () => {
  const usual = 'ko-KR';
  expect(pageLanguage({ asked: 'de', accepted: 'fr', usual })).toBe('de');
  expect(pageLanguage({ asked: 'xx', accepted: 'fr', usual })).toBe('fr');
  expect(pageLanguage({ asked: 'toString', accepted: 'nl', usual })).toBe('ko');
  expect(pageLanguage({ accepted: undefined, usual: 'nl' })).toBe('en');
});

it('has all words in every language, with the names that they need', () => {
  // English says “emails” where others name the channel.
  const names = (text: string) => [...text.matchAll(/\{(\w+)\}/g)].map(([, name]) => name!.replace(/s$/, '')).sort();
  const english = pageWords('en');
  for (const { language } of pageLanguages) {
    const words = pageWords(language);
    for (const key of Object.keys(english) as (keyof typeof english)[])
      expect([language, key, names(words[key])]).toEqual([language, key, names(english[key])]);
    const { question, done } = unsubscribeWords(language);
    for (const text of [question, done])
      for (const name of ['{workspace}', '{channel'])
        expect([language, text]).toEqual([language, expect.stringContaining(name)]);
  }
});

it.each([
  ['이메일', '이메일로'],
  ['문자', '문자로'],
  ['카카오 친구톡', '카카오 친구톡으로'],
  ['SMS', 'SMS(으)로'],
])('writes the particle after “%s” as Korean does', (channel, written) => {
  expect(filled('{channel}(으)로', { channel })).toBe(written);
});

it('fills names in one go: one may look like another', () => {
  expect(filled('{workspace} by {channel} {other}', { workspace: '{channel}', channel: 'Email' })).toBe(
    '{channel} by Email {other}',
  );
});
