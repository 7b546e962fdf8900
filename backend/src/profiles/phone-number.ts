import type { JsonObject } from '@wend/contract';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { CountryCode } from 'libphonenumber-js/min';
import { phoneOf } from './traits.js';

/**
 * A telephone number as E.164 writes it (`+821012345678`); null for what can be none. One without its country's code is
 * read as dialled in `country` (ISO 3166-1), else as written with the code but without the `+`.
 */
export function phoneNumber(written: string, country: string | null = null): string | null {
  const text = written.trim().replace(/^00(?=[1-9])/, '+');
  const region = countryOf(country);
  const found = text.startsWith('+')
    ? parsePhoneNumberFromString(text)
    : ((region && possible(parsePhoneNumberFromString(text, region))) ??
      // What begins with 0 is dialled within a country.
      (/^\D*0/.test(text) ? undefined : parsePhoneNumberFromString(`+${text}`)));
  return possible(found)?.number ?? null;
}

/** Of a person: read as dialled where they live, else where the workspace is. */
export function phoneNumberOf(traits: JsonObject, country: string | null = null): string | null {
  const written = phoneOf(traits);
  if (written === null) return null;
  const own = traits['country'];
  return phoneNumber(written, typeof own === 'string' && countryOf(own) ? own : country);
}

/** The digits of a number (E.164) in each way in which people write it. */
export function writtenDigits(number: string): string[] {
  const digits = number.replace(/\D/g, '');
  const parsed = parsePhoneNumberFromString(number);
  const national = parsed ? [parsed.nationalNumber, parsed.formatNational().replace(/\D/g, '')] : [];
  return [...new Set([digits, `00${digits}`, ...national])];
}

function possible(found: ReturnType<typeof parsePhoneNumberFromString>): ReturnType<typeof parsePhoneNumberFromString> {
  return found?.isPossible() ? found : undefined;
}

function countryOf(country: string | null): CountryCode | null {
  const code = country?.trim().toUpperCase() ?? '';
  return isSupportedCountry(code) ? code : null;
}
