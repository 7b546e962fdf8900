import { Injectable } from '@nestjs/common';
import { pathKeys } from '@wend/contract';
import type { PeopleExportQuery } from '@wend/contract';
import { stringify } from 'csv-stringify/sync';
import { AuditLog } from '../access/index.js';
import { PeopleListService } from '../people/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { exportColumns } from './export-columns.js';
import type { ExportColumn } from './export-columns.js';
import { ExportRepository } from './export.repository.js';

/** People as a file: all of them, a segment, or whoever a filter of the list finds. */
@Injectable()
export class ExportsService {
  constructor(
    private readonly people: PeopleListService,
    private readonly repository: ExportRepository,
    private readonly audit: AuditLog,
  ) {}

  /** Throws when columns or filter ask for what cannot be. */
  async columns(scope: Scope, { columns }: Pick<PeopleExportQuery, 'columns'>): Promise<ExportColumn[]> {
    const paths = columns === undefined ? await this.repository.traits(scope) : [];
    const traits = [...new Set(paths.flatMap((path) => pathKeys(path)[0] ?? []))];
    return exportColumns({ asked: columns, traits });
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
   * The file, some hundred people at a time. Each who is there from the beginning to the end stands in it once, whoever
   * comes meanwhile.
   */
  async *csv(
    scope: Scope,
    { query: { bom, columns: _, ...filter }, columns }: { query: PeopleExportQuery; columns: ExportColumn[] },
  ): AsyncGenerator<string> {
    yield stringify([columns.map(({ title }) => title)], { bom: bom === 'true', escape_formulas: true });
    for await (const rows of this.people.everybody(scope, filter)) {
      const consents = await this.repository.consents(
        scope,
        rows.map(({ id }) => id),
      );
      yield stringify(
        rows.map((row) => columns.map(({ value }) => value({ ...row, consents: consents.get(row.id) ?? {} }))),
        { escape_formulas: true },
      );
    }
  }
}
