import { randomUUID } from 'node:crypto';
import { eventKinds, ingestLimits, instantInUtc, isObject, ownEvents, ownMessageIds, readDate } from '@wend/contract';
import type { EventKind, JsonObject } from '@wend/contract';
import { isReservedId } from '../profiles/index.js';
import { kindNames, newEventId } from './event.js';
import type { NewEvent, Origin } from './event.js';
import { sanitize, weigh } from './safe-json.js';
import type { Problem } from './safe-json.js';

/** What came of a request: events to store, and those that cannot be, by their place in the request. */
export type NormalizedRequest = { events: { index: number; event: NewEvent }[]; rejected: Rejection[] };
export type Rejection = { index: number; path: string; message: string };

const maximumName = 200;
const maximumId = 255;
const known = new Set([
  'type',
  'event',
  'name',
  'userId',
  'anonymousId',
  'previousId',
  'groupId',
  'messageId',
  'properties',
  'traits',
  'context',
  'timestamp',
  'originalTimestamp',
  'sentAt',
  'receivedAt',
  'writeKey',
]);

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

type NormalizeEventsOptions = {
  items: unknown[];
  kind: EventKind | null;
  sentAt: unknown;
  receivedAt: number;
  batch: boolean;
  origin?: Origin;
};

/**
 * Turns events as Segment-style clients send them into ours. One bad event refuses only itself. `index` counts the
 * events of the request; in paths a batch is `batch[3].event`, a single call just `event`. `sentAt` of the batch serves
 * events without their own.
 */
export function normalizeEvents({
  items,
  kind,
  sentAt,
  receivedAt,
  batch,
  origin = 'live',
}: NormalizeEventsOptions): NormalizedRequest {
  const result: NormalizedRequest = { events: [], rejected: [] };
  for (const [index, item] of items.entries()) {
    const prefix = batch ? `batch[${index}]` : '';
    try {
      result.events.push({ index, event: normalizeOne({ item, kind, sentAt, receivedAt, prefix, origin }) });
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      result.rejected.push({ index, ...error.problem });
    }
  }
  return result;
}

type OneEvent = {
  item: unknown;
  kind: EventKind | null;
  sentAt: unknown;
  receivedAt: number;
  prefix: string;
  origin: Origin;
};

function normalizeOne({ item, kind: given, sentAt, receivedAt, prefix, origin }: OneEvent): NewEvent {
  const at = (path: string) => (prefix === '' ? path : `${prefix}.${path}`);
  if (!isObject(item)) throw new Refused({ path: prefix, message: 'must be an object' });
  const weight = weigh(item);
  const unsafe = weight === Number.POSITIVE_INFINITY ? sanitize(item, prefix) : null;
  if (unsafe) throw new Refused(unsafe);
  // Weighed exactly only when it could be too heavy.
  if (weight > ingestLimits.eventBytes && Buffer.byteLength(JSON.stringify(item)) > ingestLimits.eventBytes)
    throw new Refused({ path: prefix, message: `is larger than ${ingestLimits.eventBytes / 1024} KB` });
  const kind = given ?? kindOf(item['type'], at('type'));
  const userId = identifier(item['userId'], at('userId'));
  const anonymousId = identifier(item['anonymousId'], at('anonymousId'));
  const previousId = kind === 'alias' ? identifier(item['previousId'], at('previousId')) : null;
  if (userId === null && anonymousId === null)
    throw new Refused({ path: at('userId'), message: 'is missing: give userId or anonymousId' });
  if (kind === 'alias' && (userId === null || previousId === null))
    throw new Refused({
      path: at(userId === null ? 'userId' : 'previousId'),
      message: 'is missing: alias needs userId and previousId',
    });
  if (kind === 'group' && identifier(item['groupId'], at('groupId')) === null)
    throw new Refused({ path: at('groupId'), message: 'is missing: group needs the id of the group' });
  return {
    id: newEventId(),
    kind,
    name: nameOf({ item, kind, path: at('event') }),
    person: { userId, anonymousId, ...(previousId !== null && { previousId }) },
    messageId: messageIdOf(item['messageId'], at('messageId')),
    properties: propertiesOf({ item, kind, at }),
    context: contextOf(item, at('context')),
    traits: kind === 'identify' ? traitsOf(item, at) : null,
    time: timeOf({ item, sentAt, receivedAt, path: at('timestamp') }),
    receivedAt,
    origin,
    enrollmentId: null,
    runOffsetMs: 0,
  };
}

function kindOf(value: unknown, path: string): EventKind {
  if (typeof value === 'string' && (eventKinds as readonly string[]).includes(value)) return value as EventKind;
  throw new Refused({ path, message: `must be one of ${eventKinds.join(', ')}` });
}

/**
 * Ids come as text; some clients send numbers. Spaces at the ends belong to no id, here as at every other door. Empty
 * counts as missing; what only stands for a missing id is refused.
 */
function identifier(value: unknown, path: string): string | null {
  if (value === undefined || value === null || value === '') return null;
  const given = typeof value === 'number' ? digitsOf(value) : value;
  if (typeof given !== 'string') throw new Refused({ path, message: 'must be text' });
  const text = given.trim();
  if (text.length > maximumId) throw new Refused({ path, message: `must have at most ${maximumId} characters` });
  if (text === '') throw new Refused({ path, message: 'is blank: give an id, or leave it out' });
  if (isReservedId(text))
    throw new Refused({
      path,
      message: `is “${text}”, which names nobody: events of strangers would become those of one person. Give an id, or leave it out`,
    });
  return text;
}

/** A message id of Wend's own would stand for an event that Wend has still to tell, and keep it from being stored. */
function messageIdOf(value: unknown, path: string): string {
  const id = identifier(value, path);
  if (id?.startsWith(ownMessageIds))
    throw new Refused({ path, message: `must not begin with “${ownMessageIds}”, as those of Wend’s own events do` });
  return id ?? randomUUID();
}

function nameOf({ item, kind, path }: { item: Record<string, unknown>; kind: EventKind; path: string }): string {
  if (kind !== 'track') return kindNames[kind];
  const name = typeof item['event'] === 'string' ? item['event'].trim() : '';
  if (name === '') throw new Refused({ path, message: 'is missing: give the name of the event' });
  if (ownEvents.has(name))
    throw new Refused({ path, message: `is “${name}”, which only Wend itself tells: give the event another name` });
  if (name.length > maximumName) throw new Refused({ path, message: `must have at most ${maximumName} characters` });
  return name;
}

function objectAt(value: unknown, path: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new Refused({ path, message: 'must be an object' });
  return value as JsonObject;
}

type PropertiesOfOptions = {
  item: Record<string, unknown>;
  kind: EventKind;
  at: (path: string) => string;
};

function propertiesOf({ item, kind, at }: PropertiesOfOptions): JsonObject {
  const properties = objectAt(item['properties'], at('properties'));
  switch (kind) {
    case 'identify':
      return traitsOf(item, at);
    case 'group':
      return {
        ...objectAt(item['traits'], at('traits')),
        groupId: identifier(item['groupId'], at('groupId'))!,
      };
    case 'alias':
      return { previousId: identifier(item['previousId'], at('previousId'))! };
    case 'page':
    case 'screen':
      return typeof item['name'] === 'string' ? { ...properties, name: item['name'] } : properties;
    case 'track':
      return properties;
  }
}

/** Traits of an identify. Zone and locale that browser SDKs put in the context count as traits where none are given. */
function traitsOf(item: Record<string, unknown>, at: (path: string) => string): JsonObject {
  const traits = objectAt(item['traits'], at('traits'));
  const context = objectAt(item['context'], at('context'));
  const implied: JsonObject = {};
  for (const name of ['timezone', 'locale']) if (typeof context[name] === 'string') implied[name] = context[name];
  return { ...implied, ...traits };
}

/** The context as sent; fields of the event that we do not know are kept beside it. */
function contextOf(item: Record<string, unknown>, path: string): JsonObject {
  const context = objectAt(item['context'], path);
  const others = Object.keys(item).filter((key) => !known.has(key));
  return others.length === 0
    ? context
    : { ...context, otherFields: Object.fromEntries(others.map((key) => [key, item[key]])) as JsonObject };
}

/** Numbers below are no time of our days: a count, or a date that is written as a number. 3 March 1973, in seconds. */
const firstNumber = 1e8;

/** Milliseconds since 1970; times without a zone are those of UTC. */
function instant(value: unknown): number | null {
  const read = typeof value === 'number' && value < firstNumber ? null : readDate(value);
  return read && instantInUtc(read);
}

type TimeOfOptions = {
  item: Record<string, unknown>;
  sentAt: unknown;
  receivedAt: number;
  path: string;
};

/**
 * When it happened: the client's time, corrected by how far its clock was off when it sent the request
 * (timestamp + (received − sentAt)). Never later than now: a wrong clock must not make a trait win for years.
 */
function timeOf({ item, sentAt, receivedAt, path }: TimeOfOptions): number {
  const stated = item['timestamp'] ?? item['originalTimestamp'];
  if (stated === undefined || stated === null) return receivedAt;
  const at = instant(stated);
  if (at === null)
    throw new Refused({
      path,
      message:
        'is no time that can be read: send one such as 2026-05-01T12:00:00Z, or seconds or milliseconds since 1970',
    });
  const sent = instant(item['sentAt']) ?? instant(sentAt);
  const corrected = sent === null ? at : at + (receivedAt - sent);
  if (corrected < 0) throw new Refused({ path, message: 'must not be before 1970' });
  return Math.min(corrected, receivedAt);
}

/** A number as an id, in digits: `1e22` and its twenty-three digits are one person. */
function digitsOf(value: number): string {
  return Number.isInteger(value) ? BigInt(value).toString() : String(value);
}
