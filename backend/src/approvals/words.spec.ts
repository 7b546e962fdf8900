import { expect, it } from 'vitest';
import { pageLanguages } from '../consents/index.js';
import { approvalWords, filled, whenOf } from './words.js';

it('has all words in every language of hosted pages, with the names that they need', () => {
  const names = (text: string) => [...text.matchAll(/\{\w+\}/g)].map(([name]) => name).sort();
  const english = approvalWords('en');
  for (const { language } of pageLanguages) {
    const words = approvalWords(language);
    expect(words.language).toBe(language);
    for (const key of Object.keys(english) as (keyof typeof english)[])
      expect([language, key, names(words[key])]).toEqual([language, key, names(english[key])]);
  }
});

it('speaks the language of a region, and English where it knows none', () => {
  expect(approvalWords('ko-KR').language).toBe('ko');
  expect(approvalWords('nl').language).toBe('en');
  expect(approvalWords('constructor').language).toBe('en');
});

it('puts names in once, whatever they hold', () => {
  expect(filled('{by}: {choice}', { by: '{choice}', choice: 'Yes' })).toBe('{choice}: Yes');
});

it('says a time as people do there', () => {
  const date = new Date('2026-12-31T15:30:00Z');
  expect(whenOf(date, { language: 'en', zone: 'Asia/Seoul' })).toMatch(/January 1, 2027.*12:30/);
  expect(whenOf(date, { language: 'ko', zone: 'Asia/Seoul' })).toContain('2027년 1월 1일');
});
