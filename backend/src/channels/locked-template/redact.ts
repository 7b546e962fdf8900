const hidden = '[looked up]';
/** What follows is the same number in whatever form: the country's code and the leading zero differ. */
const telling = 7;

/**
 * Blacks an address out of a text: as it is, encoded for an address or JSON, and of a phone number every way in which
 * it may be written.
 */
export function redacted(text: string, address: string): string {
  const forms = [address, encodeURIComponent(address), JSON.stringify(address).slice(1, -1)];
  let clean = text;
  for (const form of [...new Set(forms)].sort((a, b) => b.length - a.length))
    if (form.length > 3) clean = clean.replaceAll(form, hidden);
  const digits = address.replace(/\D/g, '');
  // A mail address that holds some digits is no number.
  if (digits.length < telling || /[^\d\s().+/-]/.test(address)) return clean;
  return clean.replace(/(?:\+|%2B)?\d(?:(?:[\s().+/-]|%20){0,3}\d){5,}/gi, (found) =>
    sameNumber(found.replace(/%2B|%20/gi, '').replace(/\D/g, ''), digits) ? hidden : found,
  );
}

function sameNumber(found: string, digits: string): boolean {
  return found.includes(digits.slice(-telling)) || (found.length >= telling - 1 && digits.includes(found));
}
