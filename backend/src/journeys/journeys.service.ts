import { Injectable } from '@nestjs/common';
import { entryWords, insideOf, largestNumber } from '@wend/contract';
import type {
  Entry,
  Graph,
  Issue,
  JourneyDetail,
  JourneySummary,
  JourneyVersion,
  Page,
  Program,
  VersionSummary,
} from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { checkDraft, compileDraft } from './draft-check.js';
import { DraftSurroundings } from './draft-surroundings.js';
import { EntryHooksRegistry } from './entry-hooks.js';
import { checkStructure } from './graph-structure.js';
import type { JourneyEntity } from './journey.entity.js';
import { JourneyRepository } from './journey.repository.js';
import type { ArchiveFilter, LockedJourney, SummaryRow } from './journey.repository.js';
import { NodeRegistry } from './node-registry.js';
import { SubJourneyRepository } from './sub-journey.repository.js';
import { VersionRepository } from './version.repository.js';

/** A compiled draft that a test run starts from. */
export type DraftSnapshot = { versionId: string; program: Program; programHash: string; entries: Entry[] };

/** Journeys and their drafts. Publishing and control are in `PublishingService`. */
@Injectable()
export class JourneysService {
  constructor(
    private readonly database: Database,
    private readonly journeys: JourneyRepository,
    private readonly versions: VersionRepository,
    private readonly registry: NodeRegistry,
    private readonly surroundings: DraftSurroundings,
    private readonly subJourneys: SubJourneyRepository,
    private readonly audit: AuditLog,
    private readonly hooks: EntryHooksRegistry,
  ) {}

  async list(scope: Scope, { archived = 'false' }: { archived?: ArchiveFilter } = {}): Promise<JourneySummary[]> {
    return (await this.journeys.list(scope, { entryTypes: this.registry.entryTypes(), archived })).map((row) =>
      this.asSummary(row),
    );
  }

  async summary(scope: Scope, id: string): Promise<JourneySummary> {
    const row = await this.journeys.summary(scope, { id, entryTypes: this.registry.entryTypes() });
    if (!row) throw notFound('journey');
    return this.asSummary(row);
  }

  async get(caller: Caller, id: string): Promise<JourneyDetail> {
    const [summary, journey] = await Promise.all([this.summary(caller, id), this.journeys.find(caller, id)]);
    if (!journey) throw notFound('journey');
    return {
      ...summary,
      draft: journey.draft,
      revision: journey.revision,
      draftEdited: draftEditedOf(caller, journey),
    };
  }

  /** Without a graph: one with an entry to build on. */
  async create(
    caller: Caller,
    { name, graph = this.starter() }: { name: string; graph?: Graph | undefined },
  ): Promise<JourneyDetail> {
    checkStructure(graph);
    const id = await this.database.transaction(async (sql) => {
      const made = await this.journeys.insert(caller, { name, draft: graph, by: actorName(caller), sql });
      await this.audit.record(caller, { action: 'journey.create', subject: `journey:${made}`, detail: { name }, sql });
      return made;
    });
    return this.get(caller, id);
  }

  async rename(caller: Caller, { id, name }: { id: string; name: string }): Promise<JourneyDetail> {
    await this.database.transaction(async (sql) => {
      if (!(await this.journeys.rename(caller, { id, name, sql }))) throw notFound('journey');
      await this.audit.record(caller, { action: 'journey.rename', subject: `journey:${id}`, detail: { name }, sql });
    });
    return this.get(caller, id);
  }

  /**
   * Only what has no history: links in messages outlive their journey, and so does the record of what people got. Else
   * 409: it can be archived.
   */
  async remove(caller: Caller, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const journey = await this.lock(caller, { id, sql });
      if (await this.journeys.hasHistory(caller, { id, sql }))
        throw new UserError(
          'journey-has-history',
          `People have been in “${journey.name}”. Archive it instead to take it off the list and keep its history and the links in its messages.`,
          { status: 409 },
        );
      const { people, tests } = await this.journeys.countActive(caller, { id, sql });
      if (people + tests > 0) throw new UserError('journey-in-use', inUse({ people, tests }), { status: 409 });
      await this.hooks.closed(caller, { sql, journeyId: id });
      await this.journeys.remove(caller, { id, sql });
      await this.audit.record(caller, {
        action: 'journey.delete',
        subject: `journey:${id}`,
        detail: { name: journey.name },
        sql,
      });
    });
  }

  /**
   * Stores any graph that holds together, finished or not, and says what is wrong with it. 409 `draft-conflict` when a
   * newer one is stored.
   */
  async saveDraft(
    caller: Caller,
    { id, graph, revision }: { id: string; graph: Graph; revision: number },
  ): Promise<{ revision: number; savedAt: string; issues: Issue[] }> {
    checkStructure(graph);
    const saved = await this.journeys.saveDraft(caller, { id, draft: graph, revision, by: actorName(caller) });
    if (saved)
      return {
        revision: saved.revision,
        savedAt: saved.savedAt.toISOString(),
        issues: await this.check(caller, id, graph),
      };
    const stored = await this.journeys.find(caller, id);
    if (!stored) throw notFound('journey');
    throw draftConflict(stored);
  }

  /** What is wrong with the stored draft. */
  async issues(scope: Scope, id: string): Promise<{ revision: number; issues: Issue[] }> {
    const journey = await this.journeys.find(scope, id);
    if (!journey) throw notFound('journey');
    return { revision: journey.revision, issues: await this.check(scope, id, journey.draft) };
  }

  async version(scope: Scope, { id, number }: { id: string; number: number }): Promise<JourneyVersion> {
    const row = await this.versions.find(scope, { journeyId: id, number });
    if (!row) throw notFound('version');
    return {
      journeyId: id,
      number,
      graph: row.graph,
      inside: insideOf(row),
      programHash: row.programHash,
      publishedAt: row.publishedAt.toISOString(),
      publishedBy: row.publishedBy,
      note: row.note,
    };
  }

  /** Published versions, newest first. `cursor`: the number of the last one that was seen. */
  async listVersions(
    scope: Scope,
    { id, cursor, limit }: { id: string; cursor?: string | undefined; limit: number },
  ): Promise<Page<VersionSummary>> {
    const journey = await this.journeys.find(scope, id);
    if (!journey) throw notFound('journey');
    const before = cursor === undefined ? null : Number(cursor);
    if (before !== null && !(Number.isInteger(before) && before > 0 && before <= largestNumber))
      throw new UserError('invalid-request', 'The cursor isn’t one of this list. Leave it out to begin anew.');
    const rows = await this.versions.list(scope, { journeyId: id, before, limit: limit + 1 });
    const items = rows.slice(0, limit).map((row): VersionSummary => ({
      number: row.number,
      publishedAt: row.published_at.toISOString(),
      publishedBy: row.published_by,
      note: row.note,
      current: row.number === journey.publishedVersion,
      people: row.people,
      inside: row.inside,
    }));
    return { items, next: rows.length > limit ? String(items[items.length - 1]!.number) : null };
  }

  /**
   * Makes the draft what a published version is, on top of `revision`; 409 `draft-conflict` when a newer one is stored.
   * People notice nothing until it is published.
   */
  async restoreVersion(
    caller: Caller,
    { id, number, revision }: { id: string; number: number; revision: number },
  ): Promise<JourneyDetail> {
    await this.database.transaction(async (sql) => {
      const journey = await this.lock(caller, { id, sql });
      const version = await this.versions.find(caller, { journeyId: id, number });
      if (!version) throw notFound('version');
      const by = actorName(caller);
      const saved = await this.journeys.saveDraft(caller, { id, draft: version.graph, revision, by, sql });
      if (!saved) throw draftConflict(journey);
      if (saved.revision === journey.revision) return;
      await this.audit.record(caller, {
        action: 'journey.restore-version',
        subject: `journey:${id}`,
        detail: { name: journey.name, version: number, revision: saved.revision },
        sql,
      });
    });
    return this.get(caller, id);
  }

  /**
   * Compiles the draft as it is now and stores it as a version without a number. 422 with the issues when it cannot
   * compile.
   */
  async snapshotDraft({ scope, journeyId }: { scope: Scope; journeyId: string }): Promise<DraftSnapshot> {
    const journey = await this.journeys.find(scope, journeyId);
    if (!journey) throw notFound('journey');
    const { program, programHash, entries, expanded } = compileDraft({
      journey: journeyId,
      graph: journey.draft,
      childOf: await this.subJourneys.childrenOf(scope, journey.draft),
      registry: this.registry,
      surroundings: await this.surroundings.of(scope),
      previous: await this.versions.programOf(scope, { journeyId, number: journey.publishedVersion }),
    });
    const { draft: graph } = journey;
    const version = { journeyId, number: null, graph, expanded, program, programHash, entries, publishedBy: null };
    const versionId = await this.database.transaction((sql) => this.versions.insert(scope, { version, sql }));
    return { versionId, program, programHash, entries };
  }

  /** Locks a journey in the caller's transaction, or throws a 404. */
  async lock(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<LockedJourney> {
    const journey = await this.journeys.lock(scope, { id, sql });
    if (!journey) throw notFound('journey');
    return journey;
  }

  private async check(scope: Scope, journey: string, graph: Graph): Promise<Issue[]> {
    const [surroundings, childOf] = await Promise.all([
      this.surroundings.of(scope),
      this.subJourneys.childrenOf(scope, graph),
    ]);
    return checkDraft({ journey, graph, registry: this.registry, surroundings, childOf }).issues;
  }

  private asSummary(row: SummaryRow): JourneySummary {
    return {
      id: row.id,
      name: row.name,
      status: row.version === null ? 'draft' : (row.state ?? 'live'),
      version: row.version,
      draftChanged: row.draft_changed,
      updatedAt: row.updated_at.toISOString(),
      publishedAt: row.published_at?.toISOString() ?? null,
      entered: row.entered,
      active: row.active,
      messages: row.messages,
      failing: row.failing,
      archivedAt: row.archived_at?.toISOString() ?? null,
      entries: entryWords({ graph: { nodes: row.entry_nodes }, manifests: this.registry.manifestsByKey }),
    };
  }

  private starter(): Graph {
    const entry = this.registry.latest('wend/entry-event');
    if (!entry) throw new Error('The node type wend/entry-event is not loaded.');
    const { type, version, title, defaults } = entry.manifest;
    return {
      nodes: {
        entry: { id: 'entry', type, version, name: title, config: structuredClone(defaults), position: { x: 0, y: 0 } },
      },
      edges: [],
      settings: { reentry: { rule: 'never' }, exitCriteria: [] },
    };
  }
}

type Edited = Pick<JourneyEntity, 'revision' | 'draftEditedAt' | 'draftEditedBy'>;

/** Who changed the draft last, as whoever asks is told. */
export function draftEditedOf(caller: Caller, { draftEditedAt, draftEditedBy }: Omit<Edited, 'revision'>) {
  return { at: draftEditedAt.toISOString(), by: draftEditedBy, you: draftEditedBy === actorName(caller) };
}

function draftConflict({ revision, draftEditedAt, draftEditedBy }: Edited): UserError {
  return new UserError(
    'draft-conflict',
    `${draftEditedBy ?? 'Someone'} saved a newer draft (revision ${revision}) at ${draftEditedAt.toISOString()}. Load it, then make your change again.`,
    { status: 409 },
  );
}

function inUse({ people, tests }: { people: number; tests: number }): string {
  const parts = [
    people > 0 ? `${people} ${people === 1 ? 'person is' : 'people are'} in this journey` : '',
    tests > 0 ? `${tests} test ${tests === 1 ? 'run is' : 'runs are'} going on` : '',
  ];
  return `${parts.filter(Boolean).join(' and ')}. Stop the journey and cancel its runs, then delete it.`;
}
