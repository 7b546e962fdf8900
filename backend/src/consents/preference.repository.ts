import { Injectable } from '@nestjs/common';
import type { JsonObject, PreferencePage } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';

/** Whose page it is, and in which language they are spoken to when their browser says nothing. */
export type PageOwner = {
  workspace: string;
  language: string;
  profile_id: string;
  locale: string | null;
  traits: JsonObject;
  /** Of the workspace (IANA). */
  zone: string;
};

/** How the hosted page of a workspace looks and speaks. */
@Injectable()
export class PreferenceRepository {
  constructor(private readonly database: Database) {}

  async page(scope: Scope): Promise<PreferencePage> {
    const [row] = await this.database.query<PreferencePage>(
      'select logo, color, texts from preference_pages where workspace_id = $1',
      [scope.workspaceId],
    );
    return row ?? { logo: null, color: null, texts: {} };
  }

  async save(scope: Scope, { sql, page }: { sql: Sql; page: PreferencePage }): Promise<void> {
    await sql.query(
      `insert into preference_pages (workspace_id, logo, color, texts) values ($1, $2, $3, $4)
       on conflict (workspace_id) do update set logo = excluded.logo, color = excluded.color, texts = excluded.texts,
         updated_at = now()`,
      [scope.workspaceId, page.logo, page.color, JSON.stringify(page.texts)],
    );
  }

  /** A person who was merged into another is that other; null when they are gone. */
  async owner(scope: Scope, profileId: string): Promise<PageOwner | null> {
    const [row] = await this.database.query<PageOwner>(
      `select w.name as workspace, w.language, coalesce(p.merged_into, p.id) as profile_id,
         coalesce(p.traits->>'language', p.traits->>'locale') as locale, p.traits, w.time_zone as zone
       from profiles p
       join workspaces w on w.id = p.workspace_id
       where p.workspace_id = $1 and p.id = $2`,
      [scope.workspaceId, profileId],
    );
    return row ?? null;
  }
}
