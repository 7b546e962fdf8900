/** Digits that a number may not hold exactly. */
const suspicious = /\d{16}|[:,[]\s*-?\d+(?:\.\d+)?[eE]\+?\d{2}/;
const token = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;
const number = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/;

/**
 * Reads JSON like `JSON.parse`, except that whole numbers beyond ±(2^53 − 1) which a number would change, however they
 * are written (`9007199254740993`, `9007199254740993.0`), become text of their digits: an id of 64 bits stays what it
 * is. Throws a SyntaxError.
 */
export function parseExactly(text: string): unknown {
  const value: unknown = JSON.parse(text);
  // Only what is JSON is searched: of text that never ends, the search would take time that grows with its square.
  return suspicious.test(text)
    ? JSON.parse(text.replace(token, (each) => (each.startsWith('"') ? each : (keptDigits(each) ?? each))))
    : value;
}

/**
 * Text of the digits of a whole number that JavaScript's numbers do not hold as it is; null for all others. Plain
 * digits beyond the safe range always are text, as ids need it.
 */
function keptDigits(literal: string): string | null {
  const value = Number(literal);
  if (!Number.isFinite(value) || Math.abs(value) <= Number.MAX_SAFE_INTEGER) return null;
  if (/^-?\d+$/.test(literal)) return `"${literal}"`;
  const written = decimal(literal);
  const held = decimal(String(value));
  // A part behind the point makes it no whole number, and no id.
  if (!written || !held || written.zeros < 0 || (written.digits === held.digits && written.zeros === held.zeros))
    return null;
  return `"${literal.startsWith('-') ? '-' : ''}${written.digits}${'0'.repeat(written.zeros)}"`;
}

/** The digits of a number without zeros at either end, and how many zeros follow them. */
function decimal(literal: string): { digits: string; zeros: number } | null {
  const [, , whole, fraction = '', exponent = '0'] = number.exec(literal) ?? [];
  if (whole === undefined) return null;
  const all = `${whole}${fraction}`.replace(/^0+/, '');
  const digits = all.replace(/0+$/, '');
  return { digits, zeros: Number(exponent) - fraction.length + all.length - digits.length };
}
