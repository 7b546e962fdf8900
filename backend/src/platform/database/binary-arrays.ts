/**
 * Arrays for parameters of hot statements, in PostgreSQL's binary format (`array_send`): neither we nor the server
 * escape and parse each element as text. A parameter so given must have exactly this element type in the statement
 * (`$2::uuid[]`).
 */

const oids = { bool: 16, uuid: 2950, text: 25, int8: 20, timestamptz: 1184 };
const headerBytes = 20;
/** Milliseconds from 1970 to 2000, where PostgreSQL's time begins. */
const epochMs = 946_684_800_000;
const twoTo32 = 4_294_967_296;

function begin({ oid, count, bytes }: { oid: number; count: number; bytes: number }): Buffer {
  // PostgreSQL knows only one empty array: one without dimensions.
  const buffer = Buffer.allocUnsafe(count === 0 ? 12 : headerBytes + bytes);
  buffer.writeInt32BE(count === 0 ? 0 : 1, 0);
  buffer.writeInt32BE(0, 4);
  buffer.writeInt32BE(oid, 8);
  if (count === 0) return buffer;
  buffer.writeInt32BE(count, 12);
  buffer.writeInt32BE(1, 16);
  return buffer;
}

function writeNull(buffer: Buffer, at: number): number {
  buffer[7] = 1;
  return buffer.writeInt32BE(-1, at);
}

/** `text[]`. */
export function textArray(values: readonly (string | null)[]): Buffer {
  return asciiArray(values) ?? anyTextArray(values);
}

const room = '\0\0\0\0';

/**
 * All in one write, with room for the lengths: right where each character is one byte and nothing is null; otherwise
 * null.
 */
function asciiArray(values: readonly (string | null)[]): Buffer | null {
  if (values.length === 0 || values.includes(null)) return null;
  const text = room + values.join(room);
  if (Buffer.byteLength(text) !== text.length) return null;
  const buffer = begin({ oid: oids.text, count: values.length, bytes: text.length });
  buffer.write(text, headerBytes, 'latin1');
  let at = headerBytes;
  for (const value of values) at = buffer.writeInt32BE(value!.length, at) + value!.length;
  return buffer;
}

function anyTextArray(values: readonly (string | null)[]): Buffer {
  let bytes = 0;
  for (const value of values) bytes += 4 + (value === null ? 0 : value.length * 3);
  const buffer = begin({ oid: oids.text, count: values.length, bytes });
  let at = headerBytes;
  for (const value of values) {
    if (value === null) {
      at = writeNull(buffer, at);
      continue;
    }
    const length = buffer.write(value, at + 4);
    at = buffer.writeInt32BE(length, at) + length;
  }
  return buffer.subarray(0, values.length === 0 ? 12 : at);
}

const nibbles = Uint8Array.from({ length: 128 }, (_, code) => {
  const nibble = Number.parseInt(String.fromCharCode(code), 16);
  return Number.isNaN(nibble) ? 255 : nibble;
});

/** `uuid[]`. Throws a `RangeError` for what is no UUID. */
export function uuidArray(values: readonly (string | null)[]): Buffer {
  const buffer = begin({ oid: oids.uuid, count: values.length, bytes: values.length * 20 });
  let at = headerBytes;
  for (const value of values)
    at = value === null ? writeNull(buffer, at) : writeUuid({ buffer, at: buffer.writeInt32BE(16, at), value });
  return buffer.subarray(0, values.length === 0 ? 12 : at);
}

function writeUuid({ buffer, at, value }: { buffer: Buffer; at: number; value: string }): number {
  let written = 0;
  for (let index = 0; index < value.length; index += 1) {
    const code = value.charCodeAt(index);
    if (code === 45) continue;
    const high = nibbles[code] ?? 255;
    const low = nibbles[value.charCodeAt((index += 1))] ?? 255;
    if (high > 15 || low > 15 || written === 16) throw new RangeError(`${value} is not a UUID.`);
    buffer[at + written] = (high << 4) | low;
    written += 1;
  }
  if (written !== 16) throw new RangeError(`${value} is not a UUID.`);
  return at + 16;
}

/** `boolean[]`. */
export function boolArray(values: readonly boolean[]): Buffer {
  const buffer = begin({ oid: oids.bool, count: values.length, bytes: values.length * 5 });
  let at = headerBytes;
  for (const value of values) at = buffer.writeUInt8(value ? 1 : 0, buffer.writeInt32BE(1, at));
  return buffer;
}

/** `bigint[]`. Throws a `RangeError` for what is no integer that a number can hold. */
export function bigintArray(values: readonly (number | null)[]): Buffer {
  return wide({ oid: oids.int8, values, of: (value) => value });
}

/** `timestamptz[]` from milliseconds since 1970. Throws a `RangeError` for what is no such time. */
export function timeArray(values: readonly (number | null)[]): Buffer {
  return wide({ oid: oids.timestamptz, values, of: (value) => (Math.round(value) - epochMs) * 1_000 });
}

type WideOptions = {
  oid: number;
  values: readonly (number | null)[];
  of: (value: number) => number;
};

function wide({ oid, values, of }: WideOptions): Buffer {
  const buffer = begin({ oid, count: values.length, bytes: values.length * 12 });
  let at = headerBytes;
  for (const value of values) {
    if (value === null) {
      at = writeNull(buffer, at);
      continue;
    }
    const whole = of(value);
    if (!Number.isSafeInteger(whole)) throw new RangeError(`${value} is out of range.`);
    const high = Math.floor(whole / twoTo32);
    at = buffer.writeInt32BE(8, at);
    at = buffer.writeInt32BE(high, at);
    at = buffer.writeUInt32BE(whole - high * twoTo32, at);
  }
  return buffer.subarray(0, values.length === 0 ? 12 : at);
}
