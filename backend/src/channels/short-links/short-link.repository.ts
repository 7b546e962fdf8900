import { Injectable } from '@nestjs/common';
import { Database } from '../../platform/database/index.js';
import type { Scope } from '../../platform/database/index.js';

export type ShortLink = { workspaceId: string; messageId: string; url: string };
export type NewShortLink = { code: string; messageId: string; url: string };

@Injectable()
export class ShortLinkRepository {
  constructor(private readonly database: Database) {}

  /** The host that the workspace's links are shortened through; null for none. */
  async domain(scope: Scope): Promise<string | null> {
    const [row] = await this.database.query<{ link_domain: string | null }>(
      'select link_domain from workspaces where id = $1',
      [scope.workspaceId],
    );
    return row?.link_domain ?? null;
  }

  /** Codes that lead where they should, now or already; what is missing belongs to another link. */
  async keep(scope: Scope, links: readonly NewShortLink[]): Promise<string[]> {
    const rows = await this.database.query<{ code: string }>(
      `insert into short_links (code, workspace_id, message_id, url)
       select n.code, $1, n.message_id, n.url
       from unnest($2::text[], $3::uuid[], $4::text[]) as n(code, message_id, url)
       on conflict (code) do update set code = excluded.code
       where short_links.workspace_id = excluded.workspace_id and short_links.message_id = excluded.message_id
         and short_links.url = excluded.url
       returning code`,
      [
        scope.workspaceId,
        links.map(({ code }) => code),
        links.map(({ messageId }) => messageId),
        links.map(({ url }) => url),
      ],
    );
    return rows.map(({ code }) => code);
  }

  /** Without scope: who follows a link names no workspace; the code says whose it is. */
  async find(code: string): Promise<ShortLink | null> {
    const [row] = await this.database.query<{ workspace_id: string; message_id: string; url: string }>(
      'select workspace_id, message_id, url from short_links where code = $1',
      [code],
    );
    return row ? { workspaceId: row.workspace_id, messageId: row.message_id, url: row.url } : null;
  }
}
