import { randomUUID } from 'node:crypto';

/** A name of a profile: `user` is the external id, `anonymous` what an SDK makes before it knows who it is. */
export type Identity = { kind: 'user' | 'anonymous'; value: string };
/** Whom an event is about. `previousId` (alias) is another name of the same person. */
export type Person =
  { profileId: string } | { userId: string | null; anonymousId: string | null; previousId?: string | null };
/** What is known of the identities in a batch. */
export type KnownIdentity = Identity & { profileId: string; externalId: string | null };

/** What must be written so that every person of a batch has a profile. */
export type IdentityPlan = {
  creates: { id: string; externalId: string | null }[];
  links: (Identity & { profileId: string })[];
  /** Anonymous profiles that turn out to be a user. */
  claims: { profileId: string; externalId: string }[];
  merges: { from: string; into: string }[];
  /** The profile of each person, in the order given. */
  profileIds: string[];
};

/** The identities that must be looked up before `planIdentities`. */
export function identitiesOf(person: Person): Identity[] {
  if ('profileId' in person) return [];
  const identities: Identity[] = [];
  if (person.userId !== null) identities.push({ kind: 'user', value: person.userId });
  if (person.anonymousId !== null) identities.push({ kind: 'anonymous', value: person.anonymousId });
  if (person.previousId)
    identities.push({ kind: 'user', value: person.previousId }, { kind: 'anonymous', value: person.previousId });
  return identities;
}

/** A map by identity, without making a key of its two parts for every look. */
export class IdentityMap<Value> {
  private readonly kinds: Record<Identity['kind'], Map<string, Value>> = { user: new Map(), anonymous: new Map() };

  get({ kind, value }: Identity): Value | undefined {
    return this.kinds[kind].get(value);
  }
  set({ kind, value }: Identity, entry: Value): void {
    this.kinds[kind].set(value, entry);
  }
}

/**
 * Decides, without I/O and in the order of the events, which profile each person is:
 * - a user id names one profile; an anonymous id seen with it is linked to that profile;
 * - an anonymous profile that turns out to be a new user becomes that user; of a known user, it is merged into the
 * user;
 * - an anonymous id of another known user stays with that user (a shared browser does not join two people);
 * - alias joins the previous name to the user, also when both were known;
 * - nobody is joined with a profile of `apart`.
 */
export function planIdentities({
  people,
  known,
  apart = new Set(),
}: {
  people: Person[];
  known: KnownIdentity[];
  apart?: ReadonlySet<string>;
}): IdentityPlan {
  const planner = new Planner(known, apart);
  const resolved = people.map((person) => ('profileId' in person ? person.profileId : planner.resolve(person)));
  return planner.finish(resolved);
}

class Planner {
  private readonly profiles = new Map<string, { externalId: string | null; created: boolean }>();
  private readonly owners = new IdentityMap<string>();
  private readonly links = new Map<string, Identity & { profileId: string }>();
  private readonly claims = new Map<string, string>();
  private readonly joined = new Map<string, string>();
  private readonly merges: { from: string; into: string }[] = [];

  constructor(
    known: KnownIdentity[],
    private readonly apart: ReadonlySet<string>,
  ) {
    for (const identity of known) {
      this.owners.set(identity, identity.profileId);
      this.profiles.set(identity.profileId, { externalId: identity.externalId, created: false });
    }
  }

  resolve({ userId, anonymousId, previousId }: Exclude<Person, { profileId: string }>): string {
    // An alias to a user nobody has seen: the anonymous profile becomes that user.
    const visitor =
      anonymousId ??
      (previousId && userId !== null && this.owner({ kind: 'user', value: userId }) === undefined ? previousId : null);
    const profileId = userId === null ? this.anonymous(anonymousId) : this.user(userId, visitor);
    if (previousId && userId !== null && previousId !== userId) this.alias({ previousId, profileId });
    return this.current(profileId);
  }

  finish(resolved: string[]): IdentityPlan {
    const creates = [...this.profiles].flatMap(([id, { created, externalId }]) =>
      created && !this.joined.has(id) ? [{ id, externalId }] : [],
    );
    return {
      creates,
      links: [...this.links.values()].map((link) => ({ ...link, profileId: this.current(link.profileId) })),
      claims: [...this.claims].flatMap(([profileId, externalId]) =>
        this.joined.has(profileId) ? [] : [{ profileId, externalId }],
      ),
      merges: this.merges.map(({ from, into }) => ({ from, into: this.current(into) })),
      profileIds: resolved.map((id) => this.current(id)),
    };
  }

  private anonymous(value: string | null): string {
    if (value === null) throw new Error('A person has neither a user id nor an anonymous id.');
    const identity: Identity = { kind: 'anonymous', value };
    return this.owner(identity) ?? this.create({ externalId: null, identity });
  }

  private user(userId: string, anonymousId: string | null): string {
    const user: Identity = { kind: 'user', value: userId };
    const anonymous: Identity | null = anonymousId === null ? null : { kind: 'anonymous', value: anonymousId };
    const known = this.owner(user);
    const visitor = anonymous && this.owner(anonymous);
    if (known === undefined && visitor && this.externalId(visitor) === null)
      return this.claim({ profileId: visitor, user });
    const profileId = known ?? this.create({ externalId: userId, identity: user });
    if (anonymous && !visitor) this.link(anonymous, profileId);
    if (visitor && visitor !== profileId && this.externalId(visitor) === null)
      this.merge({ from: visitor, into: profileId });
    return profileId;
  }

  private alias({ previousId, profileId }: { previousId: string; profileId: string }): void {
    const names: Identity[] = [
      { kind: 'user', value: previousId },
      { kind: 'anonymous', value: previousId },
    ];
    const owners = names.map((name) => this.owner(name));
    const into = this.current(profileId);
    for (const owner of owners)
      if (owner !== undefined && this.current(owner) !== into) this.merge({ from: this.current(owner), into });
    // Not seen yet: what still arrives under the old name is the same person.
    for (const [index, name] of names.entries()) if (owners[index] === undefined) this.link(name, into);
  }

  private claim({ profileId, user }: { profileId: string; user: Identity }): string {
    const profile = this.profiles.get(profileId)!;
    profile.externalId = user.value;
    if (!profile.created) this.claims.set(profileId, user.value);
    this.link(user, profileId);
    return profileId;
  }

  private create({ externalId, identity }: { externalId: string | null; identity: Identity }): string {
    const id = randomUUID();
    this.profiles.set(id, { externalId, created: true });
    this.link(identity, id);
    return id;
  }

  private merge({ from, into }: { from: string; into: string }): void {
    if (this.apart.has(from) || this.apart.has(into)) return;
    const created = this.profiles.get(from)?.created ?? false;
    this.joined.set(from, into);
    // A profile that only this batch knows is never written: its names go to the other one.
    if (!created) this.merges.push({ from, into });
  }

  private link(identity: Identity, profileId: string): void {
    this.owners.set(identity, profileId);
    this.links.set(`${identity.kind}:${identity.value}`, { ...identity, profileId });
  }

  private owner(identity: Identity): string | undefined {
    const id = this.owners.get(identity);
    return id === undefined ? undefined : this.current(id);
  }

  private externalId(profileId: string): string | null {
    return this.profiles.get(profileId)?.externalId ?? null;
  }

  private current(profileId: string): string {
    let id = profileId;
    for (let next = this.joined.get(id); next !== undefined; next = this.joined.get(id)) id = next;
    return id;
  }
}
