import { randomUUID } from 'node:crypto';
import { eventKinds, ingestLimits } from '@wend/contract';
import type { EventKind, JsonObject } from '@wend/contract';
import { kindNames, newEventId } from './event.js';
import type { NewEvent, Origin } from './event.js';
import { isObject, sanitize, weigh } from './safe-json.js';
import type { Problem } from './safe-json.js';

/** What came of a request: events to store, and those that cannot be, by their place in the request. */
export type NormalizedRequest = { events: { index: number; event: NewEvent }[]; rejected: Rejection[] };
export type Rejection = { index: number; path: string; message: string };

const maximumName = 200;
const maximumId = 255;
const known = new Set([
  'type', 'event', 'name', 'userId', 'anonymousId', 'previousId', 'groupId', 'messageId', 'properties', 'traits', 'context',
  'timestamp', 'originalTimestamp', 'sentAt', 'receivedAt', 'writeKey',
]);

class Refused extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
  }
}

/**
 * Turns events as Segment-style clients send them into ours. One bad event refuses only itself. `index` counts the events of
 * the request; in paths a batch is `batch[3].event`, a single call just `event`. `sentAt` of the batch serves events
 * without their own.
 */
export function normalizeEvents({ items, kind, sentAt, receivedAt, batch, origin = 'live' }: { items: unknown[]; kind: EventKind | null; sentAt: unknown; receivedAt: number; batch: boolean; origin?: Origin }): NormalizedRequest {
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

type OneEvent = { item: unknown; kind: EventKind | null; sentAt: unknown; receivedAt: number; prefix: string; origin: Origin };

function normalizeOne({ item, kind: given, sentAt, receivedAt, prefix, origin }: OneEvent): NewEvent {
  const at = (path: string) => (prefix === '' ? path : `${prefix}.${path}`);
  if (!isObject(item)) throw new Refused({ path: prefix, message: 'must be an object' });
  const weight = weigh(item);
  const unsafe = weight === Number.POSITIVE_INFINITY ? sanitize(item, prefix) : null;
  if (unsafe) throw new Refused(unsafe);
  // Weighed exactly only when it could be too heavy.
  if (weight > ingestLimits.eventBytes && Buffer.byteLength(JSON.stringify(item)) > ingestLimits.eventBytes) throw new Refused({ path: prefix, message: `is larger than ${ingestLimits.eventBytes / 1024} KB` });
  const kind = given ?? kindOf(item['type'], at('type'));
  const userId = identifier(item['userId'], at('userId'));
  const anonymousId = identifier(item['anonymousId'], at('anonymousId'));
  const previousId = kind === 'alias' ? identifier(item['previousId'], at('previousId')) : null;
  if (userId === null && anonymousId === null) throw new Refused({ path: at('userId'), message: 'is missing: give userId or anonymousId' });
  if (kind === 'alias' && (userId === null || previousId === null)) throw new Refused({ path: at(userId === null ? 'userId' : 'previousId'), message: 'is missing: alias needs userId and previousId' });
  return {
    id: newEventId(), kind, name: nameOf({ item, kind, path: at('event') }), person: { userId, anonymousId, ...(previousId !== null && { previousId }) },
    messageId: identifier(item['messageId'], at('messageId')) ?? randomUUID(),
    properties: propertiesOf({ item, kind, at }), context: contextOf(item, at('context')),
    traits: kind === 'identify' ? traitsOf(item, at) : null,
    time: timeOf({ item, sentAt, receivedAt, path: at('timestamp') }), receivedAt, origin, enrollmentId: null, runOffsetMs: 0,
  };
}

function kindOf(value: unknown, path: string): EventKind {
  if (typeof value === 'string' && (eventKinds as readonly string[]).includes(value)) return value as EventKind;
  throw new Refused({ path, message: `must be one of ${eventKinds.join(', ')}` });
}

/** Ids come as text; some clients send numbers. Empty counts as missing. */
function identifier(value: unknown, path: string): string | null {
  if (value === undefined || value === null || value === '') return null;
  const text = typeof value === 'number' ? String(value) : value;
  if (typeof text !== 'string') throw new Refused({ path, message: 'must be text' });
  if (text.length > maximumId) throw new Refused({ path, message: `must have at most ${maximumId} characters` });
  return text;
}

function nameOf({ item, kind, path }: { item: Record<string, unknown>; kind: EventKind; path: string }): string {
  if (kind !== 'track') return kindNames[kind];
  const name = typeof item['event'] === 'string' ? item['event'].trim() : '';
  if (name === '') throw new Refused({ path, message: 'is missing: give the name of the event' });
  if (name.length > maximumName) throw new Refused({ path, message: `must have at most ${maximumName} characters` });
  return name;
}

function objectAt(value: unknown, path: string): JsonObject {
  if (value === undefined || value === null) return {};
  if (!isObject(value)) throw new Refused({ path, message: 'must be an object' });
  return value as JsonObject;
}

function propertiesOf({ item, kind, at }: { item: Record<string, unknown>; kind: EventKind; at: (path: string) => string }): JsonObject {
  const properties = objectAt(item['properties'], at('properties'));
  switch (kind) {
    case 'identify':
      return traitsOf(item, at);
    case 'group':
      return { ...objectAt(item['traits'], at('traits')), ...(item['groupId'] !== undefined && { groupId: item['groupId'] as string }) };
    case 'alias':
      return { previousId: item['previousId'] as string };
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
  return others.length === 0 ? context : { ...context, otherFields: Object.fromEntries(others.map((key) => [key, item[key]])) as JsonObject };
}

function instant(value: unknown): number | null {
  if (typeof value !== 'string' && typeof value !== 'number') return null;
  const at = new Date(value).getTime();
  return Number.isFinite(at) ? at : null;
}

/**
 * When it happened: the client's time, corrected by how far its clock was off when it sent the request
 * (timestamp + (received − sentAt)). Never later than now: a wrong clock must not make a trait win for years.
 */
function timeOf({ item, sentAt, receivedAt, path }: { item: Record<string, unknown>; sentAt: unknown; receivedAt: number; path: string }): number {
  const stated = item['timestamp'] ?? item['originalTimestamp'];
  if (stated === undefined || stated === null) return receivedAt;
  const at = instant(stated);
  if (at === null) throw new Refused({ path, message: 'must be a time such as 2026-05-01T12:00:00Z' });
  const sent = instant(item['sentAt']) ?? instant(sentAt);
  const corrected = sent === null ? at : at + (receivedAt - sent);
  if (corrected < 0) throw new Refused({ path, message: 'must not be before 1970' });
  return Math.min(corrected, receivedAt);
}
