import { LRUCache } from 'lru-cache';
import type { Scope } from '../platform/database/index.js';
import type { Identity } from './identity-plan.js';
import type { FoundPerson } from './identity.repository.js';

/** So many identities are some tens of megabytes. */
const maximumPeople = 50_000;
const maximumWorkspaces = 10_000;

/**
 * Whom identities led to just now: most events are of people who did something a moment ago. An entry is a guess that
 * `lockPeople` checks, and is good only while the person counts as just seen.
 */
export class PeopleCache {
  private readonly people = new LRUCache<string, FoundPerson>({ max: maximumPeople });
  /** How often a workspace was forgotten: part of its keys, so that what was there before is found no more. */
  private readonly forgotten = new LRUCache<string, number>({ max: maximumWorkspaces });

  constructor(private readonly goodForMs: number) {}

  get(scope: Scope, identity: Identity, now = Date.now()): FoundPerson | undefined {
    const person = this.people.get(this.keyOf(scope, identity));
    return person && now - (person.lastSeenAt ?? 0) <= this.goodForMs ? person : undefined;
  }

  /** To be called once the transaction that found them is committed. */
  remember(scope: Scope, found: (Identity & FoundPerson)[]): void {
    for (const { kind, value, profileId, externalId, lastSeenAt } of found)
      this.people.set(this.keyOf(scope, { kind, value }), { profileId, externalId, lastSeenAt });
  }

  /** To be called when a guess was wrong. */
  forget({ workspaceId }: Scope): void {
    this.forgotten.set(workspaceId, (this.forgotten.get(workspaceId) ?? 0) + 1);
  }

  private keyOf({ workspaceId }: Scope, { kind, value }: Identity): string {
    return `${workspaceId} ${this.forgotten.get(workspaceId) ?? 0} ${kind} ${value}`;
  }
}
