import { expect, it } from 'vitest';
import { languageOf } from './languages';

it.each([
  [{}, 'en'],
  [{ accept: 'fr-FR,fr;q=0.9,en;q=0.5' }, 'en'],
  [{ cookie: 'en', accept: 'de' }, 'en'],
  [{ cookie: '../secrets', accept: '*' }, 'en'],
  [{ accept: ';q=,,' }, 'en'],
])('reads %o as a language that there is', (asked, language) => {
  expect(languageOf(asked)).toBe(language);
});
