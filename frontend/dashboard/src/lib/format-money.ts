import { formatNumber } from './format';
import { pageLanguage } from './locale';

/** An amount of a currency (ISO 4217), such as €1,284.50; of none ('') the number alone. */
export function formatMoney(value: number, currency: string): string {
  if (!/^[A-Z]{3}$/.test(currency)) return formatNumber(value);
  return new Intl.NumberFormat(pageLanguage(), {
    style: 'currency',
    currency,
    ...(Number.isInteger(value) ? { maximumFractionDigits: 0 } : {}),
  }).format(value);
}
