import { randomUUID } from 'node:crypto';
import type { ImportCounts, ImportProblemKind, ImportSettings, Json, JsonObject } from '@wend/contract';
import { excessOf, forgetOldest, mergeTraits } from '../profiles/index.js';
import type { KnownPerson, NewPerson, TraitState } from '../profiles/index.js';
import type { Problem } from './import-run.repository.js';
import { readConsentKey } from './consent-key.js';
import { StaysAsItIs } from './stays-as-it-is.js';
import { keyOf } from './plan-row.js';
import type { BadRow, PlannedRow } from './plan-row.js';

export type ConsentChange = {
  profileId: string;
  channel: string;
  topic: string;
  state: 'subscribed' | 'unsubscribed';
  at: number;
  /** Also where the person has unsubscribed. */
  again: boolean;
};

/** What is known of those whom rows may be about. */
export type Known = {
  /** By external id, or by address: whom it leads to. */
  people: Map<string, string[]>;
  /** Who has the external ids of rows that find their people by address. */
  owners: Map<string, string>;
  states: Map<string, KnownPerson>;
  /** By the person and `consentKey`. */
  consents: Map<string, { state: string; at: number }>;
  /** Who is in the segment already. */
  members: Set<string>;
  /** In which line of this run a key was met last. */
  met: Map<string, number>;
};

/** What rows do to people. */
export type Decision = {
  creates: NewPerson[];
  updates: ({ id: string } & TraitState)[];
  /** People without an external id who get one. */
  claims: { profileId: string; externalId: string }[];
  consents: ConsentChange[];
  members: string[];
  /** Values that changed nothing, because newer ones are known: they are told on the person's time line. */
  lates: { profileId: string; traits: JsonObject; at: number; lineNumber: number }[];
  /** Names of the traits that changed, and the channels, by whom: for those who follow people. */
  changed: Map<string, { traits: Set<string>; channels: Set<string> }>;
  keys: Map<string, number>;
  problems: Problem[];
  counts: ImportCounts;
};

type Person = KnownPerson & {
  isNew: boolean;
  written: boolean;
  claimed: boolean;
  consents: Map<string, { state: string; at: number }>;
};

type Applied = { person: Person; row: PlannedRow; stays: StaysAsItIs };
type Counted = Applied & { before: number | undefined; changed: boolean };

/** What finds a row's person, as keys of `Known.people` are written. */
export function matchOf(row: Pick<PlannedRow, 'externalId' | 'email'>, settings: ImportSettings): string {
  return settings.match === 'externalId' ? row.externalId! : row.email!;
}

/**
 * The keys of a row in the order of `met`: its person as the row names them, its external id, both together, and its
 * address as one that has an external id.
 */
export function keysOf(row: Pick<PlannedRow, 'externalId' | 'email'>, settings: ImportSettings): string[] {
  if (settings.match === 'externalId') return [keyOf('person', row.externalId!)];
  const email = settings.ignoreCase ? row.email!.toLowerCase() : row.email!;
  const person = keyOf('person', email);
  const id = row.externalId;
  return id === null ? [person] : [person, keyOf('id', id), keyOf('pair', email, id), keyOf('named', email)];
}

export function personKey(profileId: string): string {
  return keyOf('profile', profileId);
}

/** Met where nothing has changed about a person so far: they are counted as unchanged. */
export function unchangedKey(profileId: string): string {
  return keyOf('unchanged', profileId);
}

/** Met where the file itself took a person off a channel or topic (`consentKey`), which a later row of theirs may take back. */
export function leftKey(profileId: string, consent: string): string {
  return keyOf('left', profileId, consent);
}

/** Decides, without I/O and in the order of the file, what each row does. The same rows of a dry run come to the same. */
export function decideRows({
  rows,
  bad,
  settings,
  known,
}: {
  rows: PlannedRow[];
  bad: BadRow[];
  settings: ImportSettings;
  known: Known;
}): Decision {
  const decider = new Decider(settings, known);
  for (const each of bad) decider.refuse(each, each.reason);
  for (const row of rows) decider.decide(row);
  return decider.finish();
}

class Decider {
  private readonly people = new Map<string, Person>();
  private readonly byMatch = new Map<string, Person>();
  private readonly ownerOf = new Map<string, Person>();
  private readonly decision: Decision = {
    creates: [],
    updates: [],
    claims: [],
    consents: [],
    members: [],
    lates: [],
    changed: new Map(),
    keys: new Map(),
    problems: [],
    counts: { rows: 0, created: 0, changed: 0, unchanged: 0, repeated: 0, bad: 0, late: 0, kept: 0 },
  };

  constructor(
    private readonly settings: ImportSettings,
    private readonly known: Known,
  ) {}

  refuse({ lineNumber, cells, externalId, email }: Omit<BadRow, 'reason'>, reason: string): void {
    this.decision.counts.rows += 1;
    this.decision.counts.bad += 1;
    this.decision.problems.push({ lineNumber, cells, kind: 'bad', reason, externalId, email });
  }

  decide(row: PlannedRow): void {
    const keys = keysOf(row, this.settings);
    const ids = this.known.people.get(matchOf(row, this.settings)) ?? [];
    if (ids.length > 1)
      return this.refuse(row, `${ids.length === 10 ? '10 or more' : ids.length} people have this address.`);
    const person = this.personOf(row, ids[0]);
    const problem = this.problemWithId({ row, person, keys }) ?? this.tooMuch(person, row);
    if (problem !== null) return this.refuse(row, problem);
    const own = person.isNew ? [] : [personKey(person.id)];
    keys.push(...own);
    const before = [keys[0]!, ...own].map((key) => this.lineOf(key)).find((line) => line !== undefined);
    for (const key of keys) this.decision.keys.set(key, row.lineNumber);
    this.count({ row, person, before, ...this.apply(person, row) });
  }

  finish(): Decision {
    for (const person of this.people.values()) {
      const { id, externalId } = person;
      const { traits, times } = forgetOldest(person);
      if (person.isNew) this.decision.creates.push({ id, externalId, traits, times });
      else if (person.written) this.decision.updates.push({ id, traits, times });
      if (person.claimed && !person.isNew) this.decision.claims.push({ profileId: id, externalId: externalId! });
    }
    this.decision.problems.sort((a, b) => a.lineNumber - b.lineNumber);
    return this.decision;
  }

  /** Somebody known, somebody whom a row before made, or somebody new: who counts only once `apply` takes them in. */
  private personOf(row: PlannedRow, id: string | undefined): Person {
    const made = id === undefined ? this.byMatch.get(this.spelled(row)) : this.people.get(id);
    if (made) return made;
    const state = id === undefined ? undefined : this.known.states.get(id);
    const consents = new Map<string, { state: string; at: number }>();
    if (!state) {
      const externalId = row.externalId;
      return {
        id: randomUUID(),
        externalId,
        traits: {},
        times: {},
        isNew: true,
        written: false,
        claimed: false,
        consents,
      };
    }
    return { ...state, isNew: false, written: false, claimed: false, consents };
  }

  private spelled(row: PlannedRow): string {
    const match = matchOf(row, this.settings);
    return this.settings.match === 'email' && this.settings.ignoreCase ? match.toLowerCase() : match;
  }

  private lineOf(key: string): number | undefined {
    return this.decision.keys.get(key) ?? this.known.met.get(key);
  }

  /** Where people are found by address, an external id must be theirs, or nobody's. */
  private problemWithId({ row, person, keys }: { row: PlannedRow; person: Person; keys: string[] }): string | null {
    const id = row.externalId;
    if (this.settings.match !== 'email' || id === null) return null;
    const [, ofId, ofPair, ofNamed] = keys as [string, string, string, string];
    if (this.lineOf(ofPair) !== undefined) return null;
    const elsewhere = this.lineOf(ofId);
    if (elsewhere !== undefined) return `The external ID “${id}” is in line ${elsewhere} with another address.`;
    const named = this.lineOf(ofNamed);
    if (named !== undefined) return `This address is in line ${named} with another external ID.`;
    const owner = this.known.owners.get(id);
    if (owner !== undefined && owner !== person.id) return `The external ID “${id}” is another person’s.`;
    if (!person.isNew && person.externalId !== null && person.externalId !== id && owner !== person.id)
      return `The person with this address has another external ID, “${person.externalId}”.`;
    return null;
  }

  private tooMuch(person: Person, row: PlannedRow): string | null {
    const merged = mergeTraits(person, { traits: row.traits, at: row.at });
    const excess = excessOf(person.traits, merged.traits);
    return excess === null ? null : `The row ${excess}.`;
  }

  /** Whether anything about the person is different afterwards, and what is not though the row says so. */
  private apply(person: Person, row: PlannedRow): { changed: boolean; stays: StaysAsItIs } {
    const stays = new StaysAsItIs();
    this.people.set(person.id, person);
    if (person.isNew) this.byMatch.set(this.spelled(row), person);
    let changed = this.setTraits({ person, row, stays });
    changed = this.setConsents({ person, row, stays }) || changed;
    if (this.settings.match === 'email' && row.externalId !== null && person.externalId === null) {
      person.externalId = row.externalId;
      person.claimed = true;
      changed = true;
    }
    if (this.settings.segmentId !== null && !this.known.members.has(person.id)) {
      this.known.members.add(person.id);
      this.decision.members.push(person.id);
      changed = true;
    }
    return { changed, stays };
  }

  private setTraits({ person, row, stays }: Applied): boolean {
    const traits: JsonObject = { ...row.traits };
    const address = person.traits['email'];
    // How an address is written is no news where capitals do not count.
    if (this.settings.match === 'email' && typeof address === 'string' && !person.isNew) delete traits['email'];
    for (const [name, said] of Object.entries(traits))
      if (isKnownAs(ownOf(person.traits, name), said)) delete traits[name];
    const merged = mergeTraits(person, { traits, at: row.at });
    let changed = false;
    for (const name of Object.keys(traits)) {
      const same = JSON.stringify(traits[name] ?? null) === JSON.stringify(ownOf(person.traits, name) ?? null);
      const since = merged.late === null ? undefined : ownOf(merged.late, name);
      if (since !== undefined) {
        if (!same) stays.late(name, since);
        continue;
      }
      person.written = true;
      if (same) continue;
      changed = true;
      this.noted(person).traits.add(name);
    }
    person.traits = merged.traits;
    person.times = merged.times;
    return changed;
  }

  private setConsents({ person, row, stays }: Applied): boolean {
    let changed = false;
    for (const [key, wants] of Object.entries(row.consents)) {
      const { channel, topic } = readConsentKey(key);
      const known = person.consents.get(key) ?? this.known.consents.get(`${person.id} ${key}`);
      const state = wants ? 'subscribed' : 'unsubscribed';
      const said = { profileId: person.id, channel, topic, state, at: row.at } as const;
      if (known?.state === state) {
        // No change, but what was said before it comes too late from now on.
        if (known.at < row.at) {
          person.consents.set(key, { state, at: row.at });
          this.decision.consents.push({ ...said, again: false });
        }
        continue;
      }
      if (known && known.at > row.at) {
        stays.lateConsent(key, known.at);
        continue;
      }
      const left = leftKey(person.id, key);
      const again = this.settings.resubscribe || this.lineOf(left) !== undefined;
      if (known?.state === 'unsubscribed' && !again) {
        stays.unsubscribed(key);
        continue;
      }
      person.consents.set(key, { state, at: row.at });
      this.decision.consents.push({ ...said, again });
      if (state === 'unsubscribed') this.decision.keys.set(left, row.lineNumber);
      this.noted(person).channels.add(channel);
      changed = true;
    }
    return changed;
  }

  private noted({ id }: Person): { traits: Set<string>; channels: Set<string> } {
    const noted = this.decision.changed.get(id) ?? { traits: new Set(), channels: new Set() };
    this.decision.changed.set(id, noted);
    return noted;
  }

  private count({ row, person, before, changed, stays }: Counted): void {
    const { counts } = this.decision;
    counts.rows += 1;
    if (before !== undefined) {
      counts.repeated += 1;
      this.recount({ person, changed });
      const last = this.settings.columns.some(({ to }) => to === 'time')
        ? 'what was so last counts'
        : 'this later row counts';
      this.note(row, {
        kind: 'repeated',
        reason: `The same person is in line ${before} too. Where the two differ, ${last}.`,
      });
      return;
    }
    const kind = person.isNew ? 'created' : changed ? 'changed' : 'unchanged';
    counts[kind] += 1;
    if (kind === 'unchanged') this.decision.keys.set(unchangedKey(person.id), row.lineNumber);
    // Of the first row of a person only: what a row before has set is not there in a dry run.
    if (stays.kind === null) return;
    if (stays.isLate) counts.late += 1;
    if (stays.lateTraits.length > 0) {
      const traits = Object.fromEntries(stays.lateTraits.map((name) => [name, row.traits[name]!]));
      this.decision.lates.push({ profileId: person.id, traits, at: row.at, lineNumber: row.lineNumber });
    }
    if (stays.isKept) counts.kept += 1;
    this.note(row, { kind: stays.kind, reason: stays.words() });
  }

  /** A person is counted once: as changed, if any of their rows changes something. */
  private recount({ person, changed }: { person: Person; changed: boolean }): void {
    const key = unchangedKey(person.id);
    if (!changed || (this.lineOf(key) ?? 0) === 0) return;
    this.decision.keys.set(key, 0);
    this.decision.counts.unchanged -= 1;
    this.decision.counts.changed += 1;
  }

  private note(row: PlannedRow, problem: { kind: ImportProblemKind; reason: string }): void {
    const { lineNumber, cells, externalId, email } = row;
    this.decision.problems.push({ lineNumber, cells, externalId, email, ...problem });
  }
}

/** Of names of customers: some are those of what every object has. */
function ownOf<Value>(values: Record<string, Value>, name: string): Value | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Whether a cell is how an export writes a list or an object that is known: the value stays with its types. */
function isKnownAs(known: Json | undefined, said: Json | undefined): boolean {
  if (known === null || typeof known !== 'object') return false;
  if (!Array.isArray(said)) return said === JSON.stringify(known);
  if (!Array.isArray(known) || known.some((each) => each !== null && typeof each === 'object')) return false;
  const texts = known.map((each) => (each === null ? '' : String(each).trim())).filter((each) => each !== '');
  return JSON.stringify(texts) === JSON.stringify(said);
}
