import { Injectable } from '@nestjs/common';
import { catalogueLimits, ownEvents } from '@wend/contract';
import type {
  CatalogueDetail,
  CatalogueItem,
  CatalogueKind,
  CatalogueList,
  CatalogueProperty,
  ExpectedType,
  JsonObject,
  KnownEventNames,
  TypeShare,
} from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { kindNames } from '../events/index.js';
import { Remembered } from '../platform/cache/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { CatalogueRepository } from './catalogue.repository.js';
import type { Entry, NameRow, Note, TypeRow } from './catalogue.repository.js';
import { recentValues } from './recent-values.js';
import { typosIn } from './typos.js';
import { UsesService } from './uses.service.js';

const newMs = 7 * 86_400_000;
const freshMs = 2_000;
/** Names and properties that can be described. */
const maximumNotes = 20_000;
/** Calls without a name of their own are named by their kind. */
const ofCalls = new Set<string>(Object.values(kindNames));

type Facts = {
  days: Map<string, number[]>;
  types: Map<string, TypeRow[]>;
  changed: Map<string, string[]>;
  uses: (name: string) => number;
  expecting: boolean;
  typos: Map<string, { name: string; last30Days: number }>;
};

/** What is known of events and traits, and what people say of them. */
@Injectable()
export class CatalogueService {
  private readonly lists = new Remembered<CatalogueList>();

  constructor(
    private readonly database: Database,
    private readonly repository: CatalogueRepository,
    private readonly uses: UsesService,
    private readonly audit: AuditLog,
  ) {}

  /** All names of a kind; at most a few seconds old, except for what was said of them just now. */
  list(scope: Scope, kind: CatalogueKind): Promise<CatalogueList> {
    return this.lists.get(`${scope.workspaceId}/${kind}`, { freshMs, load: () => this.load(scope, kind) });
  }

  /** Throws 404 when the name is neither received nor described. */
  async detail(scope: Scope, { kind, name }: Entry): Promise<CatalogueDetail> {
    const [row] = await this.repository.names(scope, { kind, name });
    if (!row) throw notFound(kind);
    const [{ items }, days, types, notes, recent, changed, uses] = await Promise.all([
      this.list(scope, kind),
      this.repository.days(scope, { kind, name }),
      this.repository.types(scope, { kind, name }),
      kind === 'event' ? this.repository.propertyNotes(scope, { name }) : [],
      this.repository.recent(scope, { kind, name }),
      this.repository.changed(scope, { kind, name }),
      this.uses.of(scope, { kind, name }),
    ]);
    // Of the list only what takes all names to know.
    const flags = items.find((each) => each.name === name)?.flags;
    const item = itemOf({
      kind,
      row,
      facts: { ...noFacts, days: daysByName(days), types: grouped(kind === 'trait' ? types : []) },
    });
    const described = new Map(notes.map((note) => [note.path, note]));
    const paths =
      kind === 'trait' ? [''] : [...new Set([...row.properties, ...described.keys()])].sort((a, b) => (a < b ? -1 : 1));
    return {
      ...item,
      ...(flags && { flags }),
      usedBy: uses.length,
      properties: paths.map((path): CatalogueProperty => {
        const note = kind === 'trait' ? row : described.get(path);
        return {
          path,
          description: note?.description ?? '',
          hidden: note?.hidden ?? false,
          expectedType: note?.expectedType ?? null,
          types: shares(types.filter((type) => type.path === path)),
          changed: changed.some((each) => each.path === path),
          ...recentValues(recent as JsonObject[], kind === 'trait' ? name : path),
        };
      }),
      propertiesFull: row.properties.length >= catalogueLimits.properties,
      uses,
    };
  }

  /** What pickers offer. */
  async known(scope: Scope): Promise<KnownEventNames> {
    const [events, traits, propertyNotes, eventTypes, traitTypes, days] = await Promise.all([
      this.repository.names(scope, { kind: 'event' }),
      this.repository.names(scope, { kind: 'trait' }),
      this.repository.propertyNotes(scope, {}),
      this.repository.mainTypes(scope, 'event'),
      this.repository.mainTypes(scope, 'trait'),
      this.repository.days(scope, { kind: 'event' }),
    ]);
    const counts = new Map<string, number>();
    for (const { name, count } of days) counts.set(name, (counts.get(name) ?? 0) + count);
    const notes = grouped(propertyNotes);
    const types = grouped(eventTypes);
    return {
      events: events
        .filter(({ hidden }) => !hidden)
        .map(({ name, properties, description }) => {
          const own = notes.get(name) ?? [];
          const hidden = new Set(own.filter((note) => note.hidden).map(({ path }) => path));
          return {
            name,
            properties: properties.filter((path) => !hidden.has(path)),
            description,
            last30Days: counts.get(name) ?? 0,
            facts: factsOf([
              ...(types.get(name) ?? []).map(({ path, type }) => ({ at: path, type, description: '' })),
              ...own.map((note) => ({ at: note.path, type: note.expectedType, description: note.description })),
            ]),
          };
        }),
      traits: traits.filter(({ hidden }) => !hidden).map(({ name }) => name),
      traitFacts: factsOf([
        ...traitTypes.map(({ name, type }) => ({ at: name, type, description: '' })),
        ...traits.map((row) => ({ at: row.name, type: row.expectedType, description: row.description })),
      ]),
    };
  }

  async describe(caller: Caller, { kind, name, path, ...note }: Entry & { path: string } & Note): Promise<void> {
    if (kind === 'trait' && path !== '')
      throw invalid('path', 'is not for traits: describe a nested trait by its whole name, such as address.city');
    if (kind === 'event' && path === '' && note.expectedType != null)
      throw invalid('expectedType', 'is for traits and properties: an event itself has no type');
    if (path !== '' && note.expected !== undefined)
      throw invalid('expected', 'is for events and traits: of a property say the type that you expect');
    await this.makeRoom(caller, { kind, name });
    await this.database.transaction(async (sql) => {
      await this.repository.note(caller, { kind, name, path, note, by: actorName(caller), sql });
      await this.audit.record(caller, {
        action: 'catalogue.describe',
        subject: `${kind}:${name}`,
        detail: { ...(path !== '' && { path }), ...(note as JsonObject) },
        sql,
      });
    });
    this.forget(caller);
  }

  async expect(caller: Caller, entries: Entry[]): Promise<void> {
    for (const kind of ['event', 'trait'] as const) {
      const names = new Set(entries.filter((each) => each.kind === kind).map(({ name }) => name));
      if (names.size === 0) continue;
      const known = new Set((await this.repository.names(caller, { kind })).map(({ name }) => name));
      const missing = [...names].find((name) => !known.has(name));
      if (missing !== undefined)
        throw invalid('entries', `has the ${kind} “${missing}”, which is not in the catalogue: describe it first`);
    }
    await this.database.transaction(async (sql) => {
      await this.repository.expect(caller, { entries, by: actorName(caller), sql });
      await this.audit.record(caller, {
        action: 'catalogue.expect',
        subject: 'catalogue',
        detail: { entries: entries.slice(0, 100).map(({ kind, name }) => `${kind}:${name}`), count: entries.length },
        sql,
      });
    });
    this.forget(caller);
  }

  /** Throws 404 when there is no such name. */
  async remove(caller: Caller, entry: Entry): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await this.repository.remove(caller, { ...entry, sql }))) throw notFound(entry.kind);
      await this.audit.record(caller, {
        action: 'catalogue.remove',
        subject: `${entry.kind}:${entry.name}`,
        sql,
      });
    });
    this.forget(caller);
  }

  private forget({ workspaceId }: Scope): void {
    for (const kind of ['event', 'trait']) this.lists.forget(`${workspaceId}/${kind}`);
  }

  private async makeRoom(scope: Scope, entry: Entry): Promise<void> {
    if ((await this.repository.notes(scope)) >= maximumNotes)
      throw new UserError('catalogue-full', `At most ${maximumNotes} names and properties can be described.`, {
        status: 409,
      });
    if (await this.repository.isKnown(scope, entry)) return;
    if ((await this.repository.size(scope)) < catalogueLimits.names) return;
    throw new UserError(
      'catalogue-full',
      `The catalogue has ${catalogueLimits.names} names, as many as it can hold. Remove some that nobody needs.`,
      { status: 409 },
    );
  }

  private async load(scope: Scope, kind: CatalogueKind): Promise<CatalogueList> {
    const [rows, days, types, changed, size, countedAt, uses] = await Promise.all([
      this.repository.names(scope, { kind }),
      this.repository.days(scope, { kind }),
      kind === 'trait' ? this.repository.types(scope, { kind, path: '' }) : [],
      this.repository.changed(scope, { kind }),
      this.repository.size(scope),
      this.repository.countedAt(),
      this.uses.counts(scope, kind),
    ]);
    const byName = daysByName(days);
    const frequency = (name: string) => ({ name, last30Days: sum(byName.get(name) ?? []) });
    const facts: Facts = {
      days: byName,
      types: grouped(types),
      changed: new Map(
        [...grouped(changed)].map(([name, places]) => [name, places.map(({ path }) => (path === '' ? name : path))]),
      ),
      uses,
      expecting: rows.some(({ expected }) => expected),
      typos: typosIn(
        rows.filter((row) => !row.expected && !ownEvents.has(row.name)).map(({ name }) => frequency(name)),
        rows.filter(({ hidden }) => !hidden).map(({ name }) => frequency(name)),
      ),
    };
    return {
      items: rows.map((row) => itemOf({ kind, row, facts })),
      full: size >= catalogueLimits.names,
      countedAt: countedAt?.toISOString() ?? null,
    };
  }
}

const noFacts: Facts = {
  days: new Map(),
  types: new Map(),
  changed: new Map(),
  uses: () => 0,
  expecting: false,
  typos: new Map(),
};

function itemOf({ kind, row, facts }: { kind: CatalogueKind; row: NameRow; facts: Facts }): CatalogueItem {
  const { name, expected, firstSeenAt, lastSeenAt } = row;
  const own = kind === 'event' && ownEvents.has(name);
  const days = facts.days.get(name) ?? Array.from({ length: 30 }, () => 0);
  return {
    kind,
    name,
    ...said(row),
    builtIn: own,
    firstSeenAt: firstSeenAt?.toISOString() ?? null,
    lastSeenAt: lastSeenAt?.toISOString() ?? null,
    days,
    last30Days: sum(days),
    types: shares(facts.types.get(name) ?? []),
    usedBy: facts.uses(name),
    flags: {
      unexpected: facts.expecting && !expected && !own && !(kind === 'event' && ofCalls.has(name)),
      isNew: !own && firstSeenAt !== null && Date.now() - firstSeenAt.getTime() < newMs,
      changed: facts.changed.get(name) ?? [],
      typoOf: facts.typos.get(name) ?? null,
    },
  };
}

function said({ description, hidden, expected, expectedType }: NameRow) {
  return { description, hidden, expected, expectedType };
}

function daysByName(rows: readonly { name: string; index: number; count: number }[]): Map<string, number[]> {
  const byName = new Map<string, number[]>();
  for (const { name, index, count } of rows) {
    const days = byName.get(name) ?? Array.from({ length: 30 }, () => 0);
    days[index] = count;
    byName.set(name, days);
  }
  return byName;
}

function shares(types: readonly TypeRow[]): TypeShare[] {
  const all = sum(types.map(({ count }) => count));
  return types.map(({ type, count, firstSeenAt, lastSeenAt }) => ({
    type,
    share: count / all,
    firstSeenAt: firstSeenAt.toISOString(),
    lastSeenAt: lastSeenAt.toISOString(),
  }));
}

/** What is said later counts, where it says something. */
function factsOf(
  given: readonly { at: string; type: ExpectedType | null; description: string }[],
): Record<string, { description: string; type: ExpectedType | null }> {
  const facts = new Map<string, { description: string; type: ExpectedType | null }>();
  for (const { at, type, description } of given) {
    if (type === null && description === '') continue;
    const before = facts.get(at);
    facts.set(at, { description: description || (before?.description ?? ''), type: type ?? before?.type ?? null });
  }
  return Object.fromEntries(facts);
}

function grouped<Row extends { name: string }>(rows: readonly Row[]): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) {
    const group = groups.get(row.name);
    if (group) group.push(row);
    else groups.set(row.name, [row]);
  }
  return groups;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

function invalid(path: string, message: string): UserError {
  return new UserError('invalid-request', `“${path}” ${message}.`, { errors: [{ path, message }] });
}
