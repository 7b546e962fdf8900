import { Injectable } from '@nestjs/common';
import { entryKinds } from '@wend/contract';
import type { ControlBody, Entry, Graph, Issue, Program, PublishMoves } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import type { Sql } from '../platform/database/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { DraftSurroundings } from './draft-surroundings.js';
import { EntryHooksRegistry } from './entry-hooks.js';
import { JourneyRepository } from './journey.repository.js';
import type { LockedJourney } from './journey.repository.js';
import { JourneyControlService } from './journey-control.service.js';
import { JourneysService } from './journeys.service.js';
import { MovesAtPublish } from './moves-at-publish.js';
import { PublishTokens } from './publish-token.js';
import { PublishableDrafts } from './publishable.js';
import { VersionRepository } from './version.repository.js';

type InTransaction = { id: string; sql: Sql };
/** What takes people in from now on. */
type Opened = { name: string; entries: Entry[]; program: Program; graph: Graph };

/** Makes drafts into versions that take people in, and pauses, resumes and stops journeys. */
@Injectable()
export class PublishingService {
  constructor(
    private readonly database: Database,
    private readonly service: JourneysService,
    private readonly journeys: JourneyRepository,
    private readonly versions: VersionRepository,
    private readonly publishable: PublishableDrafts,
    private readonly tokens: PublishTokens,
    private readonly surroundings: DraftSurroundings,
    private readonly audit: AuditLog,
    private readonly hooks: EntryHooksRegistry,
    private readonly moves: MovesAtPublish,
    private readonly journeyControl: JourneyControlService,
  ) {}

  /**
   * Publishes the draft as the next version: from now on people enter it; who is in an older one stays there, or goes
   * on in it as `moves` says, which begins in the same transaction. A paused
   * journey stays paused, so that a mistake can be mended before anybody goes on; a stopped one is live again. `token`:
   * of the preview that the caller has looked at; 409 `publish-token-outdated` when something has moved on since. 422
   * with the issues when it cannot compile. When the present version says the same and runs by the same program, it is
   * answered and none is made.
   */
  async publish(
    caller: Caller,
    {
      id,
      token,
      note = '',
      moves,
    }: { id: string; token: string; note?: string | undefined; moves?: PublishMoves | undefined },
  ): Promise<{ version: number; unchanged: boolean; move: string | null; issues: Issue[] }> {
    const surroundings = await this.surroundings.of(caller);
    return this.database.transaction(async (sql) => {
      const journey = await this.service.lock(caller, { id, sql });
      const { revision, publishedVersion, draftEditedBy: editedBy } = journey;
      const state = await this.versions.controlState(caller, { journeyId: id, sql });
      const now = { journeyId: id, revision, version: publishedVersion, state, editedBy, moves };
      this.tokens.check(caller, { token, now });
      const { issues, present, ...compiled } = await this.publishable.compile(caller, {
        id,
        journey,
        surroundings,
        sql,
      });
      const { program } = compiled;
      const begin = (versionId: string): Promise<string | null> =>
        moves && state !== null && state !== 'stopped'
          ? this.moves.people.begin(caller, { journeyId: id, name: journey.name, versionId, program, moves, sql })
          : Promise.resolve(null);
      if (present) {
        const version = await this.publishAgain(caller, { id, journey, present, ...compiled, sql });
        if (moves) await this.versions.choose(caller, { id: present.id, inside: moves.people, sql });
        return { version, unchanged: true, move: await begin(present.id), issues };
      }
      const number = await this.versions.nextNumber(caller, { journeyId: id, sql });
      const version = {
        journeyId: id,
        number,
        graph: journey.draft,
        publishedBy: actorName(caller),
        note: note === '' ? null : note,
        inside: moves?.people ?? (await this.versions.chosen(caller, { journeyId: id, number: publishedVersion, sql })),
        ...compiled,
      };
      const versionId = await this.versions.insert(caller, { version, sql });
      await this.journeys.markPublished(caller, { id, version: number, revision: journey.revision, sql });
      const openBefore = await this.openUntilNow(caller, { id, journey, sql });
      await this.makeLive(caller, { id, sql });
      await this.open(caller, {
        id,
        versionId,
        ...compiled,
        previous: openBefore,
        // What steps inside sub-journeys name must be there too.
        graph: compiled.expanded ?? journey.draft,
        name: journey.name,
        sql,
      });
      const detail = {
        name: journey.name,
        version: number,
        revision: journey.revision,
        programHash: compiled.programHash,
      };
      await this.audit.record(caller, { action: 'journey.publish', subject: `journey:${id}`, detail, sql });
      return { version: number, unchanged: false, move: await begin(versionId), issues };
    });
  }

  /**
   * A draft that went back to what is published is no change any more; a journey that was stopped takes people in
   * again.
   */
  private async publishAgain(
    caller: Caller,
    {
      id,
      journey,
      present,
      entries,
      program,
      sql,
    }: InTransaction & {
      journey: LockedJourney;
      present: { id: string; number: number };
      entries: Entry[];
      program: Program;
    },
  ): Promise<number> {
    await this.journeys.markUnchanged(caller, { id, revision: journey.revision, sql });
    if ((await this.versions.controlState(caller, { journeyId: id, sql })) !== 'stopped') return present.number;
    await this.makeLive(caller, { id, sql });
    const { draft: graph, name } = journey;
    await this.open(caller, { id, versionId: present.id, entries, program, previous: [], graph, name, sql });
    await this.audit.record(caller, {
      action: 'journey.publish',
      subject: `journey:${id}`,
      detail: { name: journey.name, version: present.number, revision: journey.revision },
      sql,
    });
    return present.number;
  }

  /** Asking for the state that the journey is in already changes nothing. */
  async control(caller: Caller, { id, ...asked }: ControlBody & { id: string }): Promise<void> {
    await this.database.transaction((sql) =>
      this.journeyControl.control(caller, { sql, id, ...asked, by: actorName(caller) }),
    );
  }

  /** Puts a journey away: nobody enters any more, runs end as by a stop, and everything that happened stays. */
  async archive(caller: Caller, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const journey = await this.service.lock(caller, { id, sql });
      if (journey.archived) return;
      const state = await this.versions.controlState(caller, { journeyId: id, sql });
      if (state === 'live' || state === 'paused')
        await this.journeyControl.apply(caller, { id, target: 'stopped', sql, by: actorName(caller) });
      await this.journeys.setArchived(caller, { id, archived: true, sql });
      await this.audit.record(caller, {
        action: 'journey.archive',
        subject: `journey:${id}`,
        detail: { name: journey.name },
        sql,
      });
    });
  }

  /** It comes back as it was put away: a draft, or stopped. */
  async restore(caller: Caller, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const journey = await this.service.lock(caller, { id, sql });
      if (!journey.archived) return;
      await this.journeys.setArchived(caller, { id, archived: false, sql });
      await this.audit.record(caller, {
        action: 'journey.restore',
        subject: `journey:${id}`,
        detail: { name: journey.name },
        sql,
      });
    });
  }

  /** Who may come in by the version that was the last until now: nobody while the journey is not open. */
  private async openUntilNow(
    caller: Caller,
    { id, journey, sql }: InTransaction & { journey: LockedJourney },
  ): Promise<Entry[]> {
    const state = await this.versions.controlState(caller, { journeyId: id, sql });
    if (journey.publishedVersion === null || state === null || state === 'stopped') return [];
    return (await this.versions.find(caller, { journeyId: id, number: journey.publishedVersion }))?.entries ?? [];
  }

  /** From now on people come in by these entries, within the limits of this version. */
  private async open(
    caller: Caller,
    {
      id,
      versionId,
      entries,
      previous,
      graph,
      sql,
      ...opened
    }: InTransaction & Opened & { versionId: string; previous: Entry[] },
  ): Promise<void> {
    await this.publishable.checkNames(caller, { ...opened, id, entries, graph, sql });
    const opening = { sql, journeyId: id, versionId };
    await this.versions.openEntries(caller, { ...opening, events: eventsOf(entries, graph) });
    await this.versions.setLimits(caller, { sql, journeyId: id, settings: graph.settings });
    await this.hooks.opened(caller, { ...opening, entries, previous, by: actorName(caller) });
  }

  private async makeLive(caller: Caller, { id, sql }: InTransaction): Promise<void> {
    const state = await this.versions.controlState(caller, { journeyId: id, sql });
    if (state === 'live' || state === 'paused') return;
    await this.versions.setControl(caller, { journeyId: id, state: 'live', sql });
    if (state === 'stopped') await this.journeys.cancelLeftovers(caller, { id, sql });
  }
}

/** What ingestion must queue for the router. */
function eventsOf(entries: readonly Entry[], graph: Graph): string[] {
  const routed = entries.filter(({ kind }) => entryKinds[kind].opensWindow !== true);
  return [...new Set(routed.flatMap(({ kind, node }) => entryKinds[kind].events(graph.nodes[node]?.config ?? {})))];
}
