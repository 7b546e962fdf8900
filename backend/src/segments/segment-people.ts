import { Injectable } from '@nestjs/common';
import type { ChangedPeople, SegmentDay, SegmentMember } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope } from '../platform/database/index.js';
import type { Caller } from '../platform/http/index.js';
import { ProfilesService, profileSummaryOf } from '../profiles/index.js';
import { GrowthRepository } from './growth.repository.js';
import { ManualMembers } from './manual-members.js';
import type { ChangeByIds } from './manual-members.js';
import { MemberRepository } from './member.repository.js';
import { SegmentsService } from './segments.service.js';

type SegmentOfProfile = { id: string; name: string; kind: 'rule' | 'manual'; since: string };

/** The people of segments, as members and programs see and change them. */
@Injectable()
export class SegmentPeople {
  constructor(
    private readonly segments: SegmentsService,
    private readonly memberRows: MemberRepository,
    private readonly manual: ManualMembers,
    private readonly growthRows: GrowthRepository,
    private readonly profiles: ProfilesService,
    private readonly audit: AuditLog,
  ) {}

  async members(
    scope: Scope,
    query: Parameters<MemberRepository['list']>[1],
  ): Promise<{ items: SegmentMember[]; next: string | null }> {
    await this.segments.row(scope, { id: query.segmentId });
    const { rows, next } = await this.memberRows.list(scope, query);
    return { items: rows.map((row) => ({ ...profileSummaryOf(row), since: row.since.toISOString() })), next };
  }

  async change(caller: Caller, change: ChangeByIds & { entered: boolean }): Promise<ChangedPeople> {
    const { segmentId: id, entered } = change;
    const { name } = await this.segments.row(caller, { id });
    const done = await this.manual.changeByIds(caller, change);
    if (done.changed > 0)
      await this.audit.record(caller, {
        action: entered ? 'segment.add-members' : 'segment.remove-members',
        subject: `segment:${id}`,
        detail: { name, people: done.changed },
      });
    return done;
  }

  async growth(scope: Scope, { segmentId, days }: { segmentId: string; days: number }): Promise<SegmentDay[]> {
    await this.segments.row(scope, { id: segmentId });
    return this.growthRows.days(scope, { segmentId, days });
  }

  async segmentsOf(scope: Scope, profileId: string): Promise<SegmentOfProfile[]> {
    const { id } = await this.profiles.get(scope, profileId);
    return (await this.memberRows.ofProfile(scope, id)).map(({ manual, since, ...segment }) => ({
      ...segment,
      kind: manual ? 'manual' : 'rule',
      since: since.toISOString(),
    }));
  }
}
