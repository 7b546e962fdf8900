import { isObject, shownBroken, shownJson } from '@wend/contract';
import type { EventKind, IngestItem, IngestOutcome } from '@wend/contract';
import type { DoneRequest, FailedRequest, TakenRequest } from '../events/index.js';
import { storableJson } from '../platform/text/index.js';

/** An item as it is kept: the name of its key is looked up when it is shown. `skipped`: so many more came with it. */
export type KeptItem = Omit<IngestItem, 'id' | 'key'> & { keyId: string; skipped?: number };
/** Of whom an item speaks, so that it can be erased with that person. */
export type NamedItem = { item: KeptItem; identity: { kind: 'user' | 'anonymous'; value: string } | null };

const rawCharacters = 8_000;
const idCharacters = 255;

/** An item of a request that was looked at, by its place; its outcome is known. */
export function itemOf(
  request: TakenRequest,
  {
    index,
    outcome,
    problem = null,
  }: { index: number; outcome: IngestOutcome; problem?: { path: string; message: string } | null },
): NamedItem {
  const sent = isObject(request.items[index]) ? request.items[index] : {};
  const event = request.events.find((each) => each.index === index)?.event;
  return named({
    receivedAt: new Date(request.receivedAt).toISOString(),
    outcome,
    reason: problem && `${fieldOf(problem.path)} ${problem.message}`.trim(),
    path: problem && (problem.path || null),
    kind: event?.kind ?? request.kind ?? kindIn(sent),
    name: event?.name ?? text(sent['event']),
    userId: text(sent['userId']),
    anonymousId: text(sent['anonymousId']),
    messageId: text(sent['messageId']),
    status: request.status,
    route: request.route,
    keyId: request.keyId,
    library: libraryIn(sent),
    lagMs: event ? request.receivedAt - event.time : null,
    ...rawOf({ parsed: request.items[index] }),
  });
}

/** A request that failed as a whole, as one item. */
export function failedItem(request: FailedRequest): NamedItem {
  const { body, kind, reason } = request;
  const sent = body && 'parsed' in body && isObject(body.parsed) ? body.parsed : {};
  // A batch speaks of many: it could not be found again when one of them is erased.
  const shown = 'batch' in sent || request.route.endsWith('/batch') ? null : body;
  return wholeItem(request, { sent, outcome: 'rejected', kind, reason, ...rawOf(shown) });
}

/** A request that came off as a whole. */
export function doneItem(request: DoneRequest): NamedItem {
  const sent = isObject(request.body) ? request.body : {};
  return wholeItem(request, {
    sent,
    outcome: 'accepted',
    kind: null,
    reason: null,
    ...rawOf({ parsed: request.body }),
  });
}

type Whole = Pick<KeptItem, 'outcome' | 'kind' | 'reason' | 'raw' | 'truncated'> & { sent: Record<string, unknown> };

function wholeItem(request: DoneRequest | FailedRequest, { sent, ...known }: Whole): NamedItem {
  return named({
    ...known,
    receivedAt: new Date(request.receivedAt).toISOString(),
    path: null,
    name: text(sent['event']),
    userId: text(sent['userId']),
    anonymousId: text(sent['anonymousId']),
    messageId: text(sent['messageId']),
    status: request.status,
    route: request.route,
    keyId: request.keyId,
    library: libraryIn(sent),
    lagMs: null,
  });
}

/**
 * What a rejection is counted under: the field and what is wrong with it, without the place in the batch and without
 * what lies deeper, so that there are few of them.
 */
export function reasonOf({ path, message }: { path: string; message: string }): string {
  return `${fieldOf(path).split('.')[0]} ${message}`.trim().slice(0, 300);
}

/** `batch[3].userId` → `userId`. */
function fieldOf(path: string): string {
  return path.replace(/^batch\[\d+\]\.?/, '');
}

function named(item: KeptItem): NamedItem {
  const { userId, anonymousId } = item;
  return {
    item: storableJson(item),
    identity:
      userId !== null
        ? { kind: 'user', value: userId }
        : anonymousId !== null
          ? { kind: 'anonymous', value: anonymousId }
          : null,
  };
}

function rawOf(body: FailedRequest['body']): { raw: string | null; truncated: boolean } {
  if (body === null) return { raw: null, truncated: false };
  const whole = 'text' in body ? shownBroken(body.text) : (shownJson(body.parsed) ?? 'null');
  return { raw: whole.slice(0, rawCharacters), truncated: whole.length > rawCharacters };
}

function text(value: unknown): string | null {
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value.slice(0, idCharacters) : null;
}

const kinds: Record<string, EventKind> = {
  identify: 'identify',
  track: 'track',
  page: 'page',
  screen: 'screen',
  group: 'group',
  alias: 'alias',
};
function kindIn({ type }: Record<string, unknown>): EventKind | null {
  return typeof type === 'string' && Object.hasOwn(kinds, type) ? kinds[type]! : null;
}

/** SDKs name themselves: `analytics.js 2.1.0`. */
function libraryIn({ context }: Record<string, unknown>): string | null {
  const library = isObject(context) && isObject(context['library']) ? context['library'] : {};
  const words = [library['name'], library['version']].filter((word) => typeof word === 'string');
  return words.length === 0 ? null : words.join(' ').slice(0, 100);
}
