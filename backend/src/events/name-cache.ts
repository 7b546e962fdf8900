import { LRUCache } from 'lru-cache';
import type { Scope } from '../platform/database/index.js';
import { everyPath, pathsOf } from './event.repository.js';
import type { SeenName } from './event.repository.js';
import type { NewEvent } from './event.js';

const refreshMs = 10 * 60_000;
/** A client that puts ids into event names must not fill our memory, nor the pickers. */
const maximumNames = 2_000;
/** Names and paths of all workspaces together. */
const maximumSize = 500_000;

type Entry = { paths: Set<string>; writtenAt: number };

/** What this process has already written to `event_names`, so that known names cost nothing. */
export class NameCache {
  private readonly workspaces = new LRUCache<string, Map<string, Entry>>({
    maxSize: maximumSize,
    sizeCalculation: sizeOf,
  });

  /** The names and paths in these events that must be written: new ones, and known ones whose last-seen time is old. */
  unseen(scope: Scope, events: NewEvent[], now = Date.now()): SeenName[] {
    const entries = this.workspaces.get(scope.workspaceId);
    const names = new Map<string, SeenName>();
    for (const event of events) {
      if (event.origin === 'test') continue;
      if (event.traits === null && this.isKnown({ entry: entries?.get(`event ${event.name}`), event, now })) continue;
      for (const { kind, name, properties } of namesIn(event)) {
        const key = `${kind} ${name}`;
        const entry = entries?.get(key);
        if (!entry && (entries?.size ?? 0) + names.size >= maximumNames) continue;
        const fresh = properties.filter((path) => !entry?.paths.has(path) && (entry?.paths.size ?? 0) < 100);
        if (entry && fresh.length === 0 && now - entry.writtenAt < refreshMs) continue;
        names.set(key, { kind, name, properties: [...new Set([...(names.get(key)?.properties ?? []), ...fresh])] });
      }
    }
    return [...names.values()];
  }

  /**
   * Whether nothing of an event need be written: the same events come again and again, so this looks without making
   * lists.
   */
  private isKnown({ entry, event, now }: { entry: Entry | undefined; event: NewEvent; now: number }): boolean {
    return (
      entry !== undefined &&
      now - entry.writtenAt < refreshMs &&
      (entry.paths.size >= 100 || everyPath(event.properties, (path) => entry.paths.has(path)))
    );
  }

  /** To be called once the transaction that wrote them is committed. */
  remember(scope: Scope, names: SeenName[], now = Date.now()): void {
    const entries = this.workspaces.get(scope.workspaceId) ?? new Map<string, Entry>();
    for (const { kind, name, properties } of names) {
      const key = `${kind} ${name}`;
      entries.set(key, { paths: new Set([...(entries.get(key)?.paths ?? []), ...properties]), writtenAt: now });
    }
    if (names.length === 0) return;
    // What is set again under its own name is not measured again.
    this.workspaces.delete(scope.workspaceId);
    this.workspaces.set(scope.workspaceId, entries);
  }
}

function sizeOf(entries: Map<string, Entry>): number {
  let size = 1;
  for (const { paths } of entries.values()) size += 1 + paths.size;
  return size;
}

function namesIn(event: NewEvent): SeenName[] {
  const own: SeenName = { kind: 'event', name: event.name, properties: pathsOf(event.properties) };
  if (event.traits === null) return [own];
  return [own, ...pathsOf(event.traits).map((name): SeenName => ({ kind: 'trait', name, properties: [] }))];
}
