import { Injectable } from '@nestjs/common';
import type { MergePreview } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import type { TraitState } from '../profiles/index.js';

const most = 10_000;

/** What a merge of two people would touch, and what forbids it. Reads only. */
@Injectable()
export class MergePreviewRepository {
  constructor(private readonly database: Database) {}

  async traits(scope: Scope, ids: string[]): Promise<Map<string, TraitState>> {
    const rows = await this.database.query<TraitState & { id: string }>(
      'select id, traits, trait_times as times from profiles where workspace_id = $1 and id = any($2::uuid[])',
      [scope.workspaceId, ids],
    );
    return new Map(rows.map(({ id, traits, times }) => [id, { traits, times }]));
  }

  /** How much one has, each counted to 10,000. */
  async moves(scope: Scope, id: string): Promise<MergePreview['moves']> {
    const count = (table: string, and = '') =>
      `(select count(*)::int4 from (select 1 from ${table} where workspace_id = $1 and profile_id = $2 ${and} limit ${most}) c)`;
    const [row] = await this.database.query<MergePreview['moves']>(
      `select ${count('events')} as events, ${count('messages')} as messages, ${count('enrollments')} as runs,
         ${count('enrollments', 'and ended_at is null')} as "activeRuns", ${count('devices')} as devices,
         ${count('identities')} as identities`,
      [scope.workspaceId, id],
    );
    return row!;
  }

  /** Channels that one of them has left. */
  async unsubscribed(scope: Scope, ids: string[]): Promise<string[]> {
    const rows = await this.database.query<{ channel: string }>(
      `select distinct channel
       from consents
       where workspace_id = $1 and profile_id = any($2::uuid[]) and topic = '' and state = 'unsubscribed'
       order by 1`,
      [scope.workspaceId, ids],
    );
    return rows.map(({ channel }) => channel);
  }
}
