import { Injectable } from '@nestjs/common';
import { importLimits, importSettings, pathOf } from '@wend/contract';
import type { ImportSettings } from '@wend/contract';
import { markImported } from '../changes/index.js';
import { ConsentService } from '../consents/index.js';
import { EventsService } from '../events/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { isOutage, isStatementTimeout } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import {
  claimProfiles,
  createPeople,
  findByEmails,
  findByExternalIds,
  lockAllAddresses,
  retryConflicts,
  statesOf,
  writeIdentities,
  writeTraits,
} from '../profiles/index.js';
import { ManualMembers } from '../segments/index.js';
import { consentKey } from './consent-key.js';
import { decideRows, keysOf, leftKey, matchOf, personKey, unchangedKey } from './decide-rows.js';
import type { ConsentChange, Decision, Known } from './decide-rows.js';
import { ImportRepository } from './import.repository.js';
import type { ImportRow } from './import.repository.js';
import { ImportRunRepository } from './import-run.repository.js';
import { readLongRow } from './long-row.js';
import { planRow } from './plan-row.js';
import type { BadRow, PlannedRow } from './plan-row.js';
import { readRows } from './read-rows.js';
import type { FileRow, Place } from './read-rows.js';
import { longestRecord } from './split-records.js';

/** Rows of one transaction: it is short, so that events of the same people hardly wait, and little is done again. */
const usualRows = 1_000;
/** Enough for a record of any length that there may be. */
const windowBytes = longestRecord + 128 * 1024;
const swept = { files: 64, keys: 20_000 };

/** So often in a row an import may fail, at ever fewer rows, before it is given up. */
const mostFailures = 12;

type Window = { rows: FileRow[]; place: Place; end: boolean };

/**
 * Works through files, some rows at a time. What rows do, how far the file is and what was counted are one transaction:
 * whoever goes on after a kill does so with the next row, and no row is taken twice. A dry run does the same and writes
 * nothing about people.
 */
@Injectable()
export class ImportRunner {
  /** The import that was tried last. */
  private tried: ImportRow | null = null;
  private mostRows = usualRows;
  private sweeping = true;

  constructor(
    private readonly imports: ImportRepository,
    private readonly repository: ImportRunRepository,
    private readonly consents: ConsentService,
    private readonly events: EventsService,
    private readonly segments: ManualMembers,
  ) {}

  /** For tests: fewer rows at once. */
  limit(rows: number): void {
    this.mostRows = rows;
  }

  /** Imports the next rows of some file; false when there is nothing to do. */
  async work(): Promise<boolean> {
    try {
      if (await retryConflicts(() => this.chunk(), { what: 'people were imported' })) return true;
    } catch (error) {
      // Read once: whoever runs beside may come to other rows meanwhile.
      const { tried } = this;
      if (tried === null || (isOutage(error) && !isStatementTimeout(error))) throw error;
      await this.failed(tried, error as Error);
      return true;
    }
    if (this.sweeping) this.sweeping = await this.repository.sweep(swept);
    return this.sweeping;
  }

  private rowsOf(file: ImportRow): number {
    return file.rows_at_once ?? this.mostRows;
  }

  /**
   * Fewer rows next time, and after others. The one row that cannot be written is a bad one: it must not stop the rest
   * of its file, and a file must not stop others.
   */
  private async failed(file: ImportRow, error: Error): Promise<void> {
    const scope = { workspaceId: file.workspace_id };
    const { id } = file;
    const rows = this.rowsOf(file);
    logger.warn({ error, importId: id, rows }, 'rows of an import could not be written; trying fewer');
    if (file.failures + 1 >= mostFailures) {
      await this.repository.transaction(async (sql) => {
        const now = await this.imports.hold(scope, { sql, id });
        // Somebody else may have come further meanwhile.
        if (now?.state !== file.state || now.read_bytes !== file.read_bytes || now.failures !== file.failures) return;
        await this.repository.fail(scope, { sql, id, error: `The import could not go on: ${error.message}` });
      });
      this.sweeping = true;
      return;
    }
    // What took too long may lie in a busy database: no reason to leave a row out.
    const refused = rows === 1 && !isStatementTimeout(error) ? `The row can’t be stored: ${error.message}` : null;
    await this.repository.setTry(scope, { file, rowsAtOnce: Math.max(1, Math.floor(rows / 8)), refused });
  }

  private chunk(): Promise<boolean> {
    this.tried = null;
    return this.repository.transaction(async (sql) => {
      const file = await this.repository.take(sql);
      if (!file) return false;
      const scope = { workspaceId: file.workspace_id };
      this.tried = file;
      const settings = importSettings.parse(file.settings);
      const { segmentId } = settings;
      if (segmentId !== null && (await this.segments.holdSegment(scope, { sql, segmentId })) === null) {
        await this.repository.fail(scope, {
          sql,
          id: file.id,
          error: 'The segment that people were added to is gone or archived.',
        });
        return true;
      }
      const window = await this.next(scope, { sql, file, settings });
      if (window === null) {
        await this.repository.fail(scope, { sql, id: file.id, error: 'The file is gone. Upload it again.' });
        return true;
      }
      const decision = await this.decide(scope, { sql, file, settings, rows: window.rows });
      if (file.state === 'importing') await this.write(scope, { sql, file, settings, decision });
      await this.note(scope, { sql, file, decision, window });
      if (window.end) this.sweeping = true;
      return true;
    });
  }

  /** Null when the file is gone. */
  private async next(
    scope: Scope,
    { sql, file, settings }: { sql: Sql; file: ImportRow; settings: ImportSettings },
  ): Promise<Window | null> {
    const place = { bytes: file.read_bytes, lines: file.read_lines, afterBroken: file.after_broken };
    const bytes = await this.imports.read(scope, { sql, id: file.id, position: place.bytes, length: windowBytes });
    if (bytes.length === 0 && place.bytes < file.bytes) return null;
    const last = place.bytes + bytes.length >= file.bytes;
    const columns = settings.columns.length;
    const { delimiter } = settings;
    const read = readRows({ bytes, place, delimiter, columns, last, limit: this.rowsOf(file) });
    if (read.long && read.rows.length === 0) {
      const { row, place: after } = await readLongRow({
        read: (position) => this.imports.read(scope, { sql, id: file.id, position, length: windowBytes }),
        place: read.place,
        size: file.bytes,
        delimiter,
      });
      return { rows: [row], place: after, end: after.bytes >= file.bytes };
    }
    const header = settings.header && file.rows === 0 && place.bytes === 0;
    const end = read.place.bytes >= file.bytes || read.place.bytes === place.bytes;
    return { rows: header ? read.rows.slice(1) : read.rows, place: read.place, end };
  }

  private async decide(
    scope: Scope,
    { sql, file, settings, rows }: { sql: Sql; file: ImportRow; settings: ImportSettings; rows: FileRow[] },
  ): Promise<Decision> {
    const now = file.started_at!.getTime();
    const names = file.found?.columns.map(({ name }) => name) ?? [];
    const planned: PlannedRow[] = [];
    const bad: BadRow[] = [];
    for (const row of rows) {
      const plan = planRow({ row, settings, names, now });
      if ('bad' in plan) bad.push(plan.bad);
      else if (file.refused === null) planned.push(plan.row);
      else bad.push({ ...plan.row, reason: file.refused });
    }
    const known = await this.known(scope, { sql, file, settings, rows: planned });
    // Asked after the people are held: who is erased meanwhile was waited for.
    const erased = await this.repository.erased(scope, { sql, id: file.id, rows: [...planned, ...bad] });
    if (erased.size === 0) return decideRows({ rows: planned, bad, settings, known });
    const isLeft = ({ lineNumber }: { lineNumber: number }) => !erased.has(lineNumber);
    const left = [...erased].map((lineNumber) => ({ lineNumber, ...nobody }));
    return decideRows({ rows: planned.filter(isLeft), bad: [...bad.filter(isLeft), ...left], settings, known });
  }

  private async known(
    scope: Scope,
    { sql, file, settings, rows }: { sql: Sql; file: ImportRow; settings: ImportSettings; rows: PlannedRow[] },
  ): Promise<Known> {
    const lock = file.state === 'importing';
    const wanted = [...new Set(rows.map((row) => matchOf(row, settings)))].sort();
    const ids = [...new Set(rows.flatMap(({ externalId }) => externalId ?? []))].sort();
    if (lock && settings.match === 'email') await lockAllAddresses(scope, sql);
    const owners = await findByExternalIds(scope, { sql, externalIds: ids });
    const people =
      settings.match === 'email'
        ? await findByEmails(scope, { sql, emails: wanted, ignoreCase: settings.ignoreCase })
        : new Map([...owners].map(([id, profileId]) => [id, [profileId]]));
    const found = [...new Set([...people.values()].flatMap((each) => (each.length === 1 ? each : [])))];
    const states = await statesOf(scope, { sql, ids: found, lock });
    const consents = [...new Set(rows.flatMap((row) => Object.keys(row.consents)))];
    const keys = [
      ...new Set([
        ...rows.flatMap((row) => keysOf(row, settings)),
        ...found.flatMap((id) => [personKey(id), unchangedKey(id), ...consents.map((each) => leftKey(id, each))]),
      ]),
    ];
    return {
      people,
      owners,
      states,
      consents: consents.length > 0 ? await this.repository.consents(scope, { sql, ids: found }) : new Map(),
      members:
        settings.segmentId === null
          ? new Set()
          : await this.segments.membersAmong(scope, { sql, segmentId: settings.segmentId, profileIds: found }),
      met: await this.repository.met(scope, { sql, id: file.id, keys }),
    };
  }

  private async write(
    scope: Scope,
    { sql, file, settings, decision }: { sql: Sql; file: ImportRow; settings: ImportSettings; decision: Decision },
  ): Promise<void> {
    const { creates, updates, claims, consents, members } = decision;
    // Who watches people hears of it, and knows that nothing starts by it.
    await markImported(sql);
    await createPeople(scope, { sql, people: creates, at: Date.now() });
    await claimProfiles(scope, { sql, claims });
    const links = claims.map(({ profileId, externalId }) => ({ kind: 'user' as const, value: externalId, profileId }));
    await writeIdentities(scope, {
      sql,
      plan: { creates: [], links },
      demo: false,
      createdAt: () => file.started_at!,
    });
    await writeTraits(scope, { sql, changes: updates });
    await this.consents.import(scope, { sql, consents: lastOfEach(consents) });
    const { segmentId, tell } = settings;
    if (segmentId !== null && members.length > 0)
      await this.segments.addMembers(scope, { sql, segmentId, profileIds: members, tell });
    if (file.read_bytes === 0) await this.events.nameTraits(scope, { sql, names: traitsOf(settings) });
    // Last: what is written after it is not marked as imported any more.
    await this.events.ingest({
      scope,
      events: decision.lates.map(({ profileId, traits, at, lineNumber }) => ({
        kind: 'identify',
        profileId,
        traits,
        time: at,
        messageId: `wend:import:${file.id}:${lineNumber}`,
      })),
      origin: 'import',
      sql,
    });
  }

  private async note(
    scope: Scope,
    { sql, file, decision, window }: { sql: Sql; file: ImportRow; decision: Decision; window: Window },
  ): Promise<void> {
    const { problems, keys, counts } = decision;
    await this.repository.meet(scope, { sql, id: file.id, keys });
    const most = (counted: number) => Math.max(0, importLimits.problems - counted);
    // Each of the two has room of its own: a file whose values are all late still shows which rows are bad.
    const stayed = problems.filter(({ kind }) => kind === 'late' || kind === 'kept');
    const refused = problems.filter((problem) => !stayed.includes(problem));
    await this.repository.addProblems(scope, {
      sql,
      id: file.id,
      problems: [...refused.slice(0, most(file.bad + file.repeated)), ...stayed.slice(0, most(file.late + file.kept))],
    });
    // What was taken went well: more rows at once again.
    const more = this.rowsOf(file) * 2;
    const rowsAtOnce = file.rows_at_once === null || more >= this.mostRows ? null : more;
    const { place, end } = window;
    await this.repository.progress(scope, { sql, id: file.id, place, counts, end, rowsAtOnce });
  }
}

/** What is told of a row whose person was deleted: nothing of whom. */
const nobody = { cells: [], externalId: null, email: null, reason: 'This person was deleted after the file came.' };

/** A statement writes a row once. */
function lastOfEach(consents: ConsentChange[]): ConsentChange[] {
  return [...new Map(consents.map((each) => [`${each.profileId} ${consentKey(each)}`, each])).values()];
}

function traitsOf({ columns }: ImportSettings): string[] {
  const names = columns.flatMap((column) =>
    column.to === 'trait' ? [column.name] : column.to === 'email' || column.to === 'phone' ? [column.to] : [],
  );
  return [...new Set(names)].map((name) => pathOf([name]));
}
