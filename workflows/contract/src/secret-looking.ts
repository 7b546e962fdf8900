import type { Json } from './json.js';
import { pathKeys } from './path.js';

/** Names under which nobody should see a value: of a key, in any spelling (`api_key`, `apiKey`, `API-Key`). */
const words =
  'pass(?:word|wd|phrase|code)|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|authori[sz]ation|cookie|session[_-]?id|credential|signature|(?:credit|debit|bank)[_-]?card(?![_-]?(?:type|brand))|card[_-]?(?:number|no)\\b|iban|write[_-]?key|cv[vc]2?$';
const secretNames = new RegExp(`${words}|^(?:pwd|auth|ssn|pin|otp|cc|ccn|pan|jwt|sid)$`, 'i');
/** Keys of this product and of others, tokens of three parts (JWT), keys in PEM. */
const secretValues =
  /\b(?:wk|sk|rk|pk|ghp|gho|xox[abp])_?[-_]?[0-9A-Za-z_-]{20,}|(?<![\w-])eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY(?:[^-]|-(?!----END))*/g;
/** In addresses and forms: what stands behind such a name. The bounds keep the search from growing with its square. */
const secretPairs = new RegExp(
  `((?:^|[?&#;\\s])(?:[\\w.[\\]-]{0,40}(?:${words})[\\w.[\\]-]{0,40}|pwd|auth|pin|otp|jwt|sid|code|sig)=)[^&#;\\s"'<>]+`,
  'gi',
);
/** The password of an address: `https://ann:secret@example.com`. */
const userInfo = /(\b[a-z][a-z0-9+.-]{0,20}:\/\/[^\s/:@]{0,200}:)[^\s/@]{1,500}@/gi;
/** Digits with single blanks or hyphens between them, enough for a card; or a UUID, which is none. */
const manyDigits = /\b[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}\b|(?<![\d.])\d(?:[ -]?\d){12,}/gi;
const mostDigits = 19;

/** What stands for a value that is not shown. */
const blotted = '•••';

/** Whether a key names something that nobody should read in a list. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name);
}

/** Whether text has something that looks like a credential or the number of a payment card. */
export function isSecretText(text: string): boolean {
  return shownText(text) !== text;
}

/** Text without what looks like a credential or the number of a payment card, wherever they stand. */
export function shownText(text: string): string {
  return text
    .replace(secretValues, blotted)
    .replace(userInfo, `$1${blotted}@`)
    .replace(secretPairs, `$1${blotted}`)
    .replace(manyDigits, withoutCards);
}

/** JSON text of a value without what looks secret; below a name of secrets nothing is shown, however deep. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, shownAt);
}

/** The same as a value: what to show of one that stands at a path, such as `address.city`; '' where it has no name. */
export function shownValue<Value extends Json | undefined>(value: Value, path = ''): Value | string {
  if (value === undefined) return value;
  const secret = pathKeys(path).some((key) => shownAt(key, value) === blotted);
  return secret ? blotted : (JSON.parse(shownJson(value)) as Value | string);
}

/** Whether a part of what is shown stands for something that is not. */
export function isBlotted(value: Json): boolean {
  return JSON.stringify(value).includes(blotted);
}

function shownAt(key: string, value: unknown): unknown {
  if (value !== null && value !== '' && typeof value !== 'boolean' && isSecretName(key)) return blotted;
  if (typeof value === 'string') return shownText(value);
  return typeof value === 'number' && isCardNumber(String(value)) ? blotted : value;
}

/**
 * What was sent and is no JSON, without its values: nobody knows which of them are secret. Names of fields stay, and the
 * signs between them, so that whoever sent it finds the place that is wrong.
 */
export function shownBroken(text: string): string {
  return text.replace(/"(?:[^"\\\n]|\\.)*"?|[^\s{}[\],:"]+/g, (part, at: number) => {
    if (/^(?:true|false|null)$/.test(part)) return part;
    if (!part.startsWith('"')) return blotted;
    const whole = part.length > 1 && part.endsWith('"');
    const isName = whole && /^\s{0,20}:/.test(text.slice(at + part.length, at + part.length + 21));
    return isName ? shownText(part) : `"${blotted}${whole ? '"' : ''}`;
  });
}

/** Numbers of cards stand in groups that are whole: `4111 1111 1111 1111 12/26`. */
function withoutCards(digits: string): string {
  if (/[a-f]/i.test(digits)) return digits;
  // Digits at even places, what is between them at odd ones.
  const parts = digits.split(/([ -])/);
  let shown = '';
  for (let from = 0; from < parts.length;) {
    const last = cardFrom(parts, from);
    shown += (last === null ? parts[from]! : blotted) + (parts[(last ?? from) + 1] ?? '');
    from = (last ?? from) + 2;
  }
  return shown;
}

/** Where the longest number of a card ends that begins at a place; null when there is none. */
function cardFrom(parts: readonly string[], from: number): number | null {
  let found: number | null = null;
  let digits = '';
  for (let at = from; at < parts.length && digits.length + parts[at]!.length <= mostDigits; at += 2) {
    digits += parts[at]!;
    if (isCardNumber(digits)) found = at;
  }
  return found;
}

/** 13 to 19 digits with a check digit. Cards begin with 2 to 6, times in milliseconds with 1. */
function isCardNumber(digits: string): boolean {
  return /^[2-6]\d{12,18}$/.test(digits) && hasCheckDigit(digits);
}

/** https://en.wikipedia.org/wiki/Luhn_algorithm */
function hasCheckDigit(digits: string): boolean {
  let sum = 0;
  for (const [index, digit] of [...digits].reverse().entries()) {
    const value = Number(digit) * (index % 2 === 1 ? 2 : 1);
    sum += value > 9 ? value - 9 : value;
  }
  return sum % 10 === 0;
}
