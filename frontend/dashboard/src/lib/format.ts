import { pageLanguage } from './locale';

const formats = new Map<string, Intl.NumberFormat>();

/** 1,284 */
export function formatNumber(value: number): string {
  const language = pageLanguage();
  let format = formats.get(language);
  if (!format) formats.set(language, (format = new Intl.NumberFormat(language, { maximumFractionDigits: 1 })));
  return format.format(value);
}
