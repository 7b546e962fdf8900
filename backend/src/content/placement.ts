import type { Emitter } from 'liquidjs';
import { storableText } from '../platform/text/index.js';
import type { Escape } from './render-job.js';

/**
 * What a template puts out, on its way to the text: the text of a template itself is right as its author wrote it, what
 * comes from data is made safe for the place where it comes to stand. `raw` is what a filter has said to be right for
 * that place already.
 */
export class Placed {
  constructor(
    readonly value: unknown,
    readonly raw: boolean,
  ) {}

  /** Where the text is caught (`capture`) or filtered further it is plain. */
  toString(): string {
    return textOf(this.value);
  }
}

/**
 * Text of a value as people expect it: lists of simple values side by side as Liquid has it, whatever else is no text
 * as JSON.
 */
export function textOf(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value))
    return value.some((each) => typeof each === 'object' && each !== null) ? jsonOf(value) : value.map(textOf).join('');
  return typeof value === 'object' ? jsonOf(value) : String(value);
}

/** JSON of a value; what is not there is null. */
export function jsonOf(value: unknown, space?: number): string {
  return JSON.stringify(value ?? null, null, space) ?? 'null';
}

type Place = {
  /** Goes over text that stays as it is. */ text: (text: string) => void;
  /** What to write for a value here. */ value: (placed: Placed) => string;
};

const places: Record<Escape, () => Place> = {
  none: () => stateless(({ value }) => textOf(value)),
  // Escaped when it is put out, also into a `capture`, from where `| raw` may bring it here.
  html: () => stateless(({ value }) => textOf(value)),
  // A line break in a header's value would begin another header.
  line: () => stateless(({ value }) => textOf(value).replace(/[\u0000-\u001f\u007f\u0085\u2028\u2029]+/g, ' ')),
  form: () => stateless(({ value, raw }) => (raw ? textOf(value) : encode(textOf(value)))),
  url: addressPlace,
  json: jsonPlace,
};

/** Collects a template's output. */
export class PlacingEmitter implements Emitter {
  buffer = '';
  private readonly place: Place;

  constructor(escape: Escape) {
    this.place = places[escape]();
  }

  write(part: unknown): void {
    const text = part instanceof Placed ? this.place.value(part) : textOf(part);
    this.place.text(text);
    this.buffer += text;
  }
}

function stateless(value: Place['value']): Place {
  return { text: () => undefined, value };
}

/** Inside a string of JSON the value's text, escaped; elsewhere the value as JSON, of the type that it has. */
function jsonPlace(): Place {
  let inString = false;
  let escaped = false;
  return {
    text(text) {
      for (const character of text) {
        if (escaped) escaped = false;
        else if (inString && character === '\\') escaped = true;
        else if (character === '"') inString = !inString;
      }
    },
    value({ value, raw }) {
      if (inString) return jsonOf(textOf(value)).slice(1, -1);
      if (!raw) return jsonOf(value);
      const text = textOf(value);
      return isJson(text) ? text : jsonOf(value);
    },
  };
}

/** Whether a text is one whole JSON value, so that nothing around it changes its meaning. */
export function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/**
 * In an address: percent-encoded after the host. Before that a value may bring the address itself, or the path from its
 * first slash on, but where the template has written a scheme it cannot bring another host.
 */
function addressPlace(): Place {
  let written = '';
  return {
    text(text) {
      written += text;
    },
    value({ value, raw }) {
      const text = textOf(value);
      if (raw) return text;
      const scheme = /^\s*[a-z][a-z0-9+.-]*:/i.exec(written);
      if (written.trim() === '') return readable(text.trim());
      if (!scheme) return encode(text);
      const rest = written.slice(scheme[0].length);
      const host = /^\/\/[^/?#]*$/.test(rest);
      if (host && rest.length > 2 && /^[/?#]/.test(text)) return readable(text);
      return host && /^[\p{L}\p{N}.-]*$/u.test(text) ? text : encode(text);
    },
  };
}

/** An address that somebody wrote: what is encoded stays, what cannot stand in an address is encoded. */
function readable(text: string): string {
  return text.replace(/[^\u0021\u0023-\u003b\u003d\u003f-\u005b\u005d\u005f\u0061-\u007a\u007e]+/gu, encode);
}

/** `encodeURIComponent` for any text: half characters, which it throws at, become the sign for unreadable ones. */
function encode(text: string): string {
  return encodeURIComponent(storableText(text)).replace(
    /[!'()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
}
