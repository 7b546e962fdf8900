import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { PersonDataRepository } from '../upkeep/index.js';

/** What the file is; grows when its shape changes. */
const format = 'wend/person/1';

/** Everything that is kept of one person, to be handed over. */
@Injectable()
export class ExportPersonService {
  private readonly data: PersonDataRepository;

  constructor(
    database: Database,
    private readonly audit: AuditLog,
  ) {
    this.data = new PersonDataRepository(database);
  }

  /** The text of the file, made as it is read. Who took it is written down; `isAsked`: not only whether there is one. */
  async open(
    caller: Caller,
    { id, isAsked }: { id: string; isAsked: boolean },
  ): Promise<{ id: string; text: Readable }> {
    const ids = await this.data.idsOf(caller, id);
    const [current] = ids;
    if (current === undefined) throw notFound('profile');
    if (isAsked) await this.audit.record(caller, { action: 'profile.export', subject: `profile:${current}` });
    return { id: current, text: Readable.from(this.text(caller, { id: current, ids })) };
  }

  private async *text(scope: Scope, { id, ids }: { id: string; ids: string[] }): AsyncGenerator<string> {
    yield `{"format":${JSON.stringify(format)},"exportedAt":"${new Date().toISOString()}","profileId":"${id}"`;
    for (const name of this.data.names()) {
      yield `,\n${JSON.stringify(name)}:[`;
      let isFirst = true;
      for await (const rows of this.data.rows(scope, { ids, name })) {
        yield `${isFirst ? '\n' : ',\n'}${rows.map((row) => JSON.stringify(row)).join(',\n')}`;
        isFirst = false;
      }
      yield ']';
    }
    yield '}\n';
  }
}
