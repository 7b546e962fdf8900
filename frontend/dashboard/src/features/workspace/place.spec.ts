import { expect, it } from 'vitest';
import { languages, nearestLanguage, timeZones } from './place';

it.each([
  [['de-AT', 'en'], 'de'],
  [['pt-BR'], 'pt-BR'],
  [['pt-PT'], 'pt'],
  [['xx', 'fr-CA'], 'fr'],
  [[], 'en'],
  [['zh-TW'], 'zh-TW'],
])('for a browser that speaks %j the language is %s', (wanted, language) => {
  expect(nearestLanguage(wanted)).toBe(language);
});

it('offers languages by name, also one that is chosen already, and zones that PostgreSQL and browsers know', () => {
  expect(languages('is')).toContainEqual({ value: 'is', label: 'Icelandic' });
  expect(timeZones()).toEqual(expect.arrayContaining(['UTC', 'Europe/Berlin']));
});
