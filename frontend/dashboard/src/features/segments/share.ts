import { pageLanguage } from '@/lib/locale';

/** A part of a whole as a share: "12%", "0.4%", "< 0.1%" for what is little but not nothing; of nothing "0%". */
export function shareOf(part: number, whole: number): string {
  const share = whole === 0 ? 0 : part / whole;
  const words = (value: number) =>
    new Intl.NumberFormat(pageLanguage(), {
      style: 'percent',
      maximumFractionDigits: value < 0.1 || (value > 0.99 && value < 1) ? 1 : 0,
    }).format(value);
  if (share > 0 && share < 0.001) return `< ${words(0.001)}`;
  // Not all of them: never said to be all by rounding.
  return share < 1 && share > 0.999 ? words(0.999) : words(share);
}
