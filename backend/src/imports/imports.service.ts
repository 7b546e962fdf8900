import type { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { importLimits } from '@wend/contract';
import type { ImportCounts, ImportDelimiter, ImportDetail, ImportSettings, ImportSummary } from '@wend/contract';
import { stringify } from 'csv-stringify/sync';
import { AuditLog } from '../access/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { ManualMembers } from '../segments/index.js';
import { checkSettings, noSegment } from './check-settings.js';
import { consentKey } from './consent-key.js';
import { ImportRepository, countNames } from './import.repository.js';
import type { ImportRow } from './import.repository.js';
import { UnreadableFile, inspectFile, sampleBytes, sampleOf } from './inspect-file.js';
import type { Found } from './inspect-file.js';
import { receiveFile, wrongOffset } from './receive-file.js';

const problemsShown = 50;
const problemsAtOnce = 2_000;
const dayMs = 86_400_000;

type ReadAs = { delimiter?: ImportDelimiter; header?: boolean };

/** Imports as members and programs see and steer them; the work itself is done by `ImportRunner`. */
@Injectable()
export class ImportsService {
  constructor(
    private readonly imports: ImportRepository,
    private readonly audit: AuditLog,
    private readonly segments: ManualMembers,
  ) {}

  async list(
    scope: Scope,
    query: { cursor?: string | undefined; limit: number },
  ): Promise<{ items: ImportSummary[]; next: string | null }> {
    const { rows, next } = await this.imports.list(scope, query);
    return { items: rows.map(summaryOf), next };
  }

  async create(caller: Caller, { fileName, bytes }: { fileName: string; bytes: number }): Promise<ImportSummary> {
    const by = actorName(caller);
    const row = await this.imports.insert(caller, { fileName, bytes, by, most: importLimits.open });
    if (!row)
      throw new UserError(
        'too-many-imports',
        `There are ${importLimits.open} files already that are not imported yet. Import or delete some of them first.`,
        { status: 409 },
      );
    return summaryOf(row);
  }

  /** Keeps bytes of the file; with the last one the file is looked at. */
  async upload(
    scope: Scope,
    { id, offset, body }: { id: string; offset: number; body: Readable },
  ): Promise<ImportSummary> {
    const row = await this.get(scope, id);
    if (row.state !== 'uploading')
      throw new UserError('upload-complete', 'All of this file has arrived already.', { status: 409 });
    if (row.received !== offset) throw wrongOffset();
    const received = await receiveFile({
      body,
      offset,
      size: row.bytes,
      keep: (piece) => this.imports.addChunk(scope, { id, ...piece }),
    });
    if (received === row.bytes)
      await this.imports.transaction(async (sql) => {
        const held = await this.imports.hold(scope, { sql, id });
        if (held?.state === 'uploading') await this.look(scope, { sql, row: held });
      });
    return summaryOf(await this.get(scope, id));
  }

  async detail(scope: Scope, id: string): Promise<ImportDetail> {
    const row = await this.get(scope, id);
    const problems = await this.imports.problems(scope, { id, after: -1, limit: problemsShown });
    return {
      ...summaryOf(row),
      // What is kept of it later are the names for the file of rows with problems.
      found: isOver(row.state) ? null : row.found,
      settings: row.settings,
      checked: row.checked,
      problems: problems.map(({ line, kind, reason, row: cells }) => ({ line, kind, reason, row: cells })),
      keptUntil:
        problems[0] === undefined
          ? null
          : new Date(problems[0].created_at.getTime() + importLimits.keptDays * dayMs).toISOString(),
    };
  }

  /** Reads the columns anew; what was mapped before is forgotten. */
  async read(scope: Scope, { id, ...as }: { id: string } & Required<ReadAs>): Promise<ImportDetail> {
    await this.imports.transaction(async (sql) => {
      const row = await this.resting(scope, { sql, id });
      const found = await this.inspect(scope, { sql, row, as });
      await this.imports.setFound(scope, { sql, id, found, error: null });
    });
    return this.detail(scope, id);
  }

  /** Begins the dry run or the import itself. */
  async begin(
    caller: Caller,
    { id, settings, state }: { id: string; settings: ImportSettings; state: 'checking' | 'importing' },
  ): Promise<ImportDetail> {
    await this.imports.transaction(async (sql) => {
      const { segmentId } = settings;
      if (segmentId !== null && (await this.segments.holdSegment(caller, { sql, segmentId })) === null)
        throw noSegment();
      const row = await this.resting(caller, { sql, id });
      checkSettings(settings, row.found!, await this.imports.topics(caller, sql));
      await this.imports.begin(caller, { sql, id, settings, state });
      if (state === 'importing')
        await this.audit.record(caller, {
          action: 'profiles.import',
          subject: `import:${id}`,
          detail: { fileName: row.file_name, match: settings.match, segmentId: settings.segmentId },
          sql,
        });
    });
    return this.detail(caller, id);
  }

  async cancel(caller: Caller, id: string): Promise<ImportDetail> {
    await this.imports.transaction(async (sql) => {
      const row = await this.imports.hold(caller, { sql, id });
      if (!row) throw notFound('import');
      if (row.state !== 'checking' && row.state !== 'importing')
        throw new UserError('not-running', 'Nothing is under way that could be stopped.', { status: 409 });
      await this.imports.cancel(caller, { sql, id });
      if (row.state === 'importing')
        await this.audit.record(caller, {
          action: 'profiles.importCancel',
          subject: `import:${id}`,
          detail: { rows: row.rows },
          sql,
        });
    });
    return this.detail(caller, id);
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.imports.transaction(async (sql) => {
      const row = await this.imports.hold(caller, { sql, id });
      if (!row) throw notFound('import');
      if (row.state === 'importing')
        throw new UserError('running', 'People are being imported from this file. Cancel that first.', { status: 409 });
      await this.imports.remove(caller, { sql, id });
      await this.audit.record(caller, {
        action: 'profiles.importRemove',
        subject: `import:${id}`,
        detail: { fileName: row.file_name, state: row.state },
        sql,
      });
    });
  }

  /** People’s data leaves with the rows: who took them is written down before the first one goes. */
  async noteProblems(caller: Caller, id: string): Promise<string> {
    const row = await this.get(caller, id);
    await this.audit.record(caller, { action: 'profiles.importRows', subject: `import:${id}` });
    return row.file_name;
  }

  /** The rows with a problem, as they stand in the file, with their line and what is wrong, some thousands at a time. */
  async *problems(scope: Scope, id: string): AsyncGenerator<string> {
    const row = await this.get(scope, id);
    const names = row.found?.columns.map(({ name }) => name) ?? row.settings?.columns.map(columnName) ?? [];
    yield stringify([['line', 'problem', 'reason', ...names]], { bom: true, escape_formulas: true });
    for (let after = -1; ;) {
      const rows = await this.imports.problems(scope, { id, after, limit: problemsAtOnce });
      if (rows.length === 0) return;
      after = rows.at(-1)!.line;
      yield stringify(
        rows.map(({ line, kind, reason, row: cells }) => [String(line), kind, reason, ...cells]),
        { escape_formulas: true },
      );
    }
  }

  private async get(scope: Scope, id: string): Promise<ImportRow> {
    const row = await this.imports.find(scope, id);
    if (!row) throw notFound('import');
    return row;
  }

  /** Holds an import whose file waits for what is to be done with it. */
  private async resting(scope: Scope, { sql, id }: { sql: Sql; id: string }): Promise<ImportRow> {
    const row = await this.imports.hold(scope, { sql, id });
    if (!row) throw notFound('import');
    if (row.state === 'ready' || row.state === 'checked') return row;
    const why: Record<Exclude<ImportRow['state'], 'ready' | 'checked'>, string> = {
      uploading: 'The file has not arrived yet.',
      checking: 'A dry run is under way. Wait for it, or cancel it.',
      importing: 'The import is under way already.',
      done: 'This file is imported already. Upload it again to import it once more.',
      cancelled: 'This import was cancelled. Upload the file again.',
      failed: row.error ?? 'This file can’t be read.',
    };
    throw new UserError('not-ready', why[row.state], { status: 409 });
  }

  private async look(scope: Scope, { sql, row }: { sql: Sql; row: ImportRow }): Promise<void> {
    try {
      const found = await this.inspect(scope, { sql, row, as: {} });
      await this.imports.setFound(scope, { sql, id: row.id, found, error: null });
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      await this.imports.setFound(scope, { sql, id: row.id, found: null, error: error.message });
    }
  }

  private async inspect(scope: Scope, { sql, row, as }: { sql: Sql; row: ImportRow; as: ReadAs }): Promise<Found> {
    const read = (position: number) => this.imports.read(scope, { sql, id: row.id, position, length: sampleBytes });
    try {
      return inspectFile({ ...(await sampleOf({ read, size: row.bytes, ...as })), ...as });
    } catch (error) {
      if (!(error instanceof UnreadableFile)) throw error;
      throw new UserError('unreadable-file', error.message, { status: 422 });
    }
  }
}

function isOver(state: ImportRow['state']): boolean {
  return state === 'done' || state === 'cancelled' || state === 'failed';
}

function columnName(column: ImportSettings['columns'][number], index: number): string {
  if (column.to === 'trait') return column.name;
  return column.to === 'ignore'
    ? `column ${index + 1}`
    : column.to === 'consent'
      ? `consent ${consentKey(column)}`
      : column.to;
}

function summaryOf(row: ImportRow): ImportSummary {
  return {
    id: row.id,
    fileName: row.file_name,
    bytes: row.bytes,
    received: row.received,
    state: row.state,
    error: row.error,
    progress: row.state === 'uploading' ? row.received / row.bytes : row.read_bytes / row.bytes,
    counts: Object.fromEntries(countNames.map((name) => [name, row[name]])) as ImportCounts,
    createdBy: row.created_by,
    createdAt: row.created_at.toISOString(),
    startedAt: row.started_at?.toISOString() ?? null,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
