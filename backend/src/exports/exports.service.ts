import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { PeopleExportQuery } from '@wend/contract';
import { stringify } from 'csv-stringify/sync';
import { AuditLog } from '../access/index.js';
import { PeopleListService } from '../people/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { allColumns, namedColumns } from './export-columns.js';
import type { ExportColumn } from './export-columns.js';
import { ExportRepository } from './export.repository.js';

/** An export that is under way: whom it is of is found. */
export type PeopleExport = { id: string; columns: ExportColumn[]; bom: boolean };

/** People as a file: all of them, a segment, or whoever a filter of the list finds. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly people: PeopleListService,
    private readonly repository: ExportRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Throws when an export asks for what cannot be; finds nobody. */
  async check(scope: Scope, { bom: _, columns, ...filter }: PeopleExportQuery): Promise<void> {
    if (columns !== undefined) namedColumns(columns);
    await this.people.check(scope, filter);
  }

  /** Finds whom an export is of, and its columns. To be ended. Throws when either asks for what cannot be. */
  async begin(scope: Scope, { bom, columns: asked, ...filter }: PeopleExportQuery): Promise<PeopleExport> {
    const named = asked === undefined ? null : namedColumns(asked);
    const id = randomUUID();
    try {
      await this.people.gather(scope, { exportId: id, filter });
      const columns = named ?? allColumns(await this.repository.traits(scope, id));
      return { id, columns, bom: bom === 'true' };
    } catch (error) {
      await this.end(scope, { id });
      throw error;
    }
  }

  end(scope: Scope, { id }: Pick<PeopleExport, 'id'>): Promise<void> {
    return this.repository.end(scope, id);
  }

  /**
   * People’s data leaves: who took it is written down before the first row goes. Of the filter only what it looked at:
   * what is looked for is an address or a name, and would outlive whose it is.
   */
  note(caller: Caller, { bom: _, columns, segment, ...filter }: PeopleExportQuery): Promise<void> {
    const filters = Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]));
    return this.audit.record(caller, {
      action: 'profiles.export',
      subject: 'profiles',
      detail: { filters, ...(columns !== undefined && { columns }), ...(segment !== undefined && { segment }) },
    });
  }

  /**
   * The file, some hundred people at a time. Each who was found when it began and is still there stands in it once, as
   * they are by then. Throws where it cannot be whole. Whoever has all of it finds nothing left behind.
   */
  async *csv(scope: Scope, { id, columns, bom }: PeopleExport): AsyncGenerator<string> {
    yield stringify([columns.map(({ title }) => title)], { bom, escape_formulas: true });
    for await (const rows of this.people.gathered(scope, id)) {
      const consents = await this.repository.consents(
        scope,
        rows.map((row) => row.id),
      );
      yield stringify(
        rows.map((row) => columns.map(({ value }) => value({ ...row, consents: consents.get(row.id) ?? {} }))),
        { escape_formulas: true },
      );
    }
    await this.end(scope, { id });
  }
}
