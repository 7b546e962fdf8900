/** Names under which nobody should see a value: of a key, in any spelling (`api_key`, `apiKey`, `API-Key`). */
const secretNames =
  /pass(?:word|wd|phrase|code)|^pwd$|secret|token|api[_-]?key|private[_-]?key|access[_-]?key|authori[sz]ation|^auth$|cookie|session[_-]?id|credential|signature|^cvv$|^cvc$|card[_-]?(?:number|no)$|iban|^ssn$|^pin$|^otp$|write[_-]?key/i;
/** Keys of this product and of others, tokens of three parts (JWT), keys in PEM. */
const secretValues =
  /\b(?:wk|sk|rk|pk|ghp|gho|xox[abp])_?[-_]?[0-9A-Za-z_-]{20,}|\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*|-----BEGIN [A-Z ]*PRIVATE KEY/;
const manyDigits = /^(?:\d[ -]?){13,19}$/;

/** What stands for a value that is not shown. */
const blotted = '•••';

/** Whether a key names something that nobody should read in a list. */
export function isSecretName(name: string): boolean {
  return secretNames.test(name);
}

/** Whether text looks like a credential or the number of a payment card (digits with the check digit of Luhn). */
export function isSecretText(text: string): boolean {
  return secretValues.test(text) || (manyDigits.test(text) && hasCheckDigit(text.replace(/\D/g, '')));
}

/** JSON text of a value without what looks secret. */
export function shownJson(value: unknown): string {
  return JSON.stringify(value, (key, each: unknown) => {
    if (typeof each === 'string') return isSecretName(key) || isSecretText(each) ? blotted : each;
    return typeof each === 'number' && isSecretName(key) ? blotted : each;
  });
}

/** Of text that is no JSON only what looks like a key can be found. */
export function shownText(text: string): string {
  return text.replace(new RegExp(secretValues, 'g'), blotted);
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
