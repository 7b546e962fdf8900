import type { Scope } from '../platform/database/index.js';
import { IdentityMap } from './identity-plan.js';
import type { Identity } from './identity-plan.js';
import type { FoundPerson } from './identity.repository.js';

/** So many identities are some tens of megabytes. */
const maximumPeople = 50_000;

/**
 * Whom identities led to just now: most events are of people who did something a moment ago. An entry is a guess that `lockPeople`
 * checks, and is good only while the person counts as just seen.
 */
export class PeopleCache {
  private workspaces = new Map<string, IdentityMap<FoundPerson>>();
  /** Remembered since the last clearing; someone remembered again counts again. */
  private count = 0;

  constructor(private readonly goodForMs: number) {}

  get({ workspaceId }: Scope, identity: Identity, now = Date.now()): FoundPerson | undefined {
    const person = this.workspaces.get(workspaceId)?.get(identity);
    return person && now - (person.lastSeenAt ?? 0) <= this.goodForMs ? person : undefined;
  }

  /** To be called once the transaction that found them is committed. */
  remember({ workspaceId }: Scope, found: (Identity & FoundPerson)[]): void {
    if (found.length === 0) return;
    if ((this.count += found.length) > maximumPeople) {
      this.workspaces.clear();
      this.count = found.length;
    }
    const people = this.workspaces.get(workspaceId) ?? new IdentityMap<FoundPerson>();
    this.workspaces.set(workspaceId, people);
    for (const { kind, value, profileId, externalId, lastSeenAt } of found) people.set({ kind, value }, { profileId, externalId, lastSeenAt });
  }

  /** To be called when a guess was wrong. */
  forget({ workspaceId }: Scope): void {
    this.workspaces.delete(workspaceId);
  }
}
