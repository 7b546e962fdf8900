/**
 * Which language numbers and dates are written in: that of the page. English ones are written as most of the world
 * writes them, the day before the month.
 */
export function dateLocale(): string {
  const language = pageLanguage();
  return language === 'en' ? 'en-GB' : language;
}

export function pageLanguage(): string {
  return globalThis.document?.documentElement.lang || 'en';
}
