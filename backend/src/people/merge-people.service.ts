import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { JsonObject, MergePreview, ProfileSummary } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import { EventsService } from '../events/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import {
  ProfileRepository,
  beingErased,
  claimProfiles,
  followMerges,
  joinTraits,
  lockProfiles,
  mergeProfiles,
  profileSummaryOf,
  retryConflicts,
} from '../profiles/index.js';
import type { TraitState } from '../profiles/index.js';
import { MergePreviewRepository } from './merge-preview.repository.js';
import { editMessagePrefix } from './write-people.service.js';

type Pair = { into: string; from: string };

/** Joins two people because a member says that they are one: the same merge that aliases make. */
@Injectable()
export class MergePeopleService {
  constructor(
    private readonly database: Database,
    private readonly profiles: ProfileRepository,
    private readonly previews: MergePreviewRepository,
    private readonly events: EventsService,
    private readonly audit: AuditLog,
  ) {}

  /** What the merge would come to, as things are. */
  async preview(scope: Scope, { into: asked, from: other }: Pair): Promise<MergePreview> {
    const [into, from] = await Promise.all([this.profiles.find(scope, asked), this.profiles.find(scope, other)]);
    if (!into || !from) throw notFound('profile');
    refuseSame({ into: into.id, from: from.id });
    const [states, moves, unsubscribed] = await Promise.all([
      this.previews.traits(scope, [into.id, from.id]),
      this.previews.moves(scope, from.id),
      this.previews.unsubscribed(scope, [into.id, from.id]),
    ]);
    return {
      into: profileSummaryOf(into),
      from: profileSummaryOf(from),
      traits: traitsOf(states.get(into.id) ?? nothing, states.get(from.id) ?? nothing),
      moves,
      unsubscribed,
      externalId: into.external_id ?? from.external_id,
    };
  }

  async merge(caller: Caller, { into: asked, from: other }: Pair): Promise<ProfileSummary> {
    const id = await retryConflicts(
      () => this.database.transaction((sql) => this.mergeWithin(caller, { sql, into: asked, from: other })),
      { what: 'two people were merged' },
    );
    const row = await this.profiles.find(caller, id);
    if (!row) throw notFound('profile');
    return profileSummaryOf(row);
  }

  private async mergeWithin(caller: Caller, { sql, ...asked }: Pair & { sql: Sql }): Promise<string> {
    const current = await followMerges(caller, { sql, profileIds: [asked.into, asked.from] });
    const [into, from] = [current.get(asked.into), current.get(asked.from)];
    if (into === undefined || from === undefined) throw notFound('profile');
    refuseSame({ into, from });
    const locked = await lockProfiles(caller, { sql, ids: [into, from], withTraits: [] });
    // The deletion would go on with whoever took the person in.
    if ((await beingErased(caller, { sql, ids: [into, from] })).size > 0)
      throw new UserError('being-deleted', 'One of these two people is being deleted. They can’t be merged.', {
        status: 409,
      });
    const externalIdOf = (id: string) => locked.find((each) => each.id === id)?.externalId ?? null;
    await mergeProfiles(caller, { sql, merges: [{ from, into }] });
    const externalId = externalIdOf(from);
    if (externalIdOf(into) === null && externalId !== null)
      await claimProfiles(caller, { sql, claims: [{ profileId: into, externalId }] });
    await this.events.ingest({
      scope: caller,
      events: [
        {
          kind: 'alias',
          profileId: into,
          messageId: `${editMessagePrefix}${randomUUID()}`,
          properties: { previousId: externalId ?? from },
          context: { by: actorName(caller) },
        },
      ],
      sql,
    });
    await this.audit.record(caller, { action: 'profile.merge', subject: `profile:${into}`, detail: { from }, sql });
    return into;
  }
}

const nothing: TraitState = { traits: {}, times: {} };

function refuseSame({ into, from }: Pair): void {
  if (into === from)
    throw new UserError('same-person', 'These two are one person already. Choose another.', { status: 409 });
}

function traitsOf(into: TraitState, from: TraitState): MergePreview['traits'] {
  const joined = joinTraits(into, from).traits;
  const names = [...new Set([...Object.keys(into.traits), ...Object.keys(from.traits)])].sort();
  return names.map((name) => {
    const [own, other] = [text(into.traits, name), text(from.traits, name)];
    return {
      name,
      ...(name in into.traits && { into: into.traits[name]! }),
      ...(name in from.traits && { from: from.traits[name]! }),
      keeps: text(joined, name) === own ? 'into' : 'from',
      conflict: own !== undefined && other !== undefined && own !== other,
    };
  });
}

function text(traits: JsonObject, name: string): string | undefined {
  return name in traits ? JSON.stringify(traits[name]) : undefined;
}
