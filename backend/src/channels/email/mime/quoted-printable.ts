const mostOnLine = 76;
const [tab, lineFeed, carriageReturn, space, equals] = [9, 10, 13, 32, 61];
const hex = Buffer.from('0123456789ABCDEF');

/** Quoted-printable (RFC 2045 6.7) of text whose lines end in CRLF. No line is longer than 76 characters. */
export function quotedPrintable(text: Buffer): Buffer {
  const encoded = Buffer.allocUnsafe(text.length * 3 + Math.ceil(text.length / 8) + mostOnLine);
  let end = 0;
  let onLine = 0;
  for (let at = 0; at < text.length; at += 1) {
    const byte = text[at]!;
    if (byte === carriageReturn && text[at + 1] === lineFeed) {
      encoded[end++] = carriageReturn;
      encoded[end++] = lineFeed;
      onLine = 0;
      at += 1;
      continue;
    }
    const lastOnLine = at + 1 === text.length || text[at + 1] === carriageReturn;
    const plain = (byte > space && byte < 127 && byte !== equals) || ((byte === space || byte === tab) && !lastOnLine);
    const length = plain ? 1 : 3;
    // One place is kept for the “=” of a soft line break.
    if (onLine + length > mostOnLine - 1) {
      encoded[end++] = equals;
      encoded[end++] = carriageReturn;
      encoded[end++] = lineFeed;
      onLine = 0;
    }
    if (plain) encoded[end++] = byte;
    else {
      encoded[end++] = equals;
      encoded[end++] = hex[byte >> 4]!;
      encoded[end++] = hex[byte & 15]!;
    }
    onLine += length;
  }
  return encoded.subarray(0, end);
}
