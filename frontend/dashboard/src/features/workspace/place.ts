'use client';

import { useSyncExternalStore } from 'react';
import { pageLanguage } from '@/lib/locale';

const languageTags = [
  'ar',
  'cs',
  'da',
  'de',
  'el',
  'en',
  'es',
  'fi',
  'fr',
  'he',
  'hi',
  'hu',
  'id',
  'it',
  'ja',
  'ko',
  'nb',
  'nl',
  'pl',
  'pt',
  'pt-BR',
  'ro',
  'ru',
  'sv',
  'th',
  'tr',
  'uk',
  'vi',
  'zh-CN',
  'zh-TW',
];

/** Languages to choose from, by name; `chosen` is among them whatever it is. */
export function languages(chosen: string): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(pageLanguage(), { type: 'language' });
  return [...new Set([...languageTags, chosen])]
    .map((value) => ({ value, label: names.of(value) ?? value }))
    .sort((a, b) => a.label.localeCompare(b.label, pageLanguage()));
}

export const timeZones = (): string[] => [...new Set([...Intl.supportedValuesOf('timeZone'), 'UTC'])].sort();

/** Of the languages to choose from the one that comes nearest to the browser's. */
export function nearestLanguage(wanted: readonly string[]): string {
  for (const tag of wanted) {
    const found =
      languageTags.find((each) => each.toLowerCase() === tag.toLowerCase()) ??
      languageTags.find((each) => each === tag.split('-')[0]);
    if (found) return found;
  }
  return 'en';
}

const never = () => () => undefined;

/** The browser's zone and language; what the server cannot know is UTC and English there. */
export function useBrowserPlace(): { timeZone: string; language: string } {
  const timeZone = useSyncExternalStore(
    never,
    () => Intl.DateTimeFormat().resolvedOptions().timeZone,
    () => 'UTC',
  );
  const language = useSyncExternalStore(
    never,
    () => nearestLanguage(navigator.languages),
    () => 'en',
  );
  return { timeZone, language };
}

/** What has a code like a country's and is none. */
const noCountries = new Set(['EU', 'EZ', 'QO', 'UN', 'XA', 'XB', 'ZZ']);

/** Countries to choose from, by name (ISO 3166-1). */
export function countries(): { value: string; label: string }[] {
  const names = new Intl.DisplayNames(pageLanguage(), { type: 'region', fallback: 'none' });
  const letters = [...'ABCDEFGHIJKLMNOPQRSTUVWXYZ'];
  return letters
    .flatMap((first) => letters.map((second) => first + second))
    .flatMap((value) => {
      const label = noCountries.has(value) ? undefined : names.of(value);
      return label === undefined ? [] : [{ value, label }];
    })
    .sort((a, b) => a.label.localeCompare(b.label, pageLanguage()));
}
