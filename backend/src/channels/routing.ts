import type { Channel, ConnectionRule, MessageClass } from '@wend/contract';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { OpenConnection } from '@wend/node-sdk';
import type { ConnectionRow } from './connection.repository.js';
import type { Provider } from './provider.js';

/** A way that a message can take. */
export type Route = {
  provider: Provider;
  /** Null where nothing is to be set up, and for the sandbox. */
  connection: OpenConnection | null;
  ratePerSecond: number | null;
};
/** A way before its secrets are opened, which may fail. */
export type Candidate = {
  /** Of the connection; null where there is none. */
  id: string | null;
  name: string;
  /** Throws a `ProviderError`. */
  open: () => Route;
};

/** What rules of connections ask about a message. */
export type Routed = {
  channel: Channel;
  origin: string;
  recipient: string | null;
  /** Where the person lives, by what is known of them. */
  country: string | null;
  messageClass: MessageClass;
  topic: string | null;
  /** The template that the step chose, which says itself what it goes out through; null for a step without. */
  template?: { kind: string; connectionId: string | null } | null;
};

/** Those whose rule fits first, then those without a rule; each in their order. */
export function inOrder(rows: readonly ConnectionRow[], routed: Routed): ConnectionRow[] {
  const enabled = rows.filter(({ enabled }) => enabled);
  return [
    ...enabled.filter(({ rule }) => rule !== null && fits(rule, routed)),
    ...enabled.filter(({ rule }) => rule === null),
  ];
}

function fits({ countries, classes, topics }: ConnectionRule, routed: Routed): boolean {
  if (classes && !classes.includes(routed.messageClass)) return false;
  if (topics && !(routed.topic !== null && topics.includes(routed.topic))) return false;
  if (!countries) return true;
  const country = countryOf(routed);
  return country !== null && countries.includes(country);
}

/** Of a phone number the country that it belongs to (E.164), else where the person lives. */
function countryOf({ recipient, country }: Pick<Routed, 'recipient' | 'country'>): string | null {
  const number = recipient?.trim() ?? '';
  return (/^\+\d/.test(number) ? parsePhoneNumberFromString(number)?.country : undefined) ?? country;
}
