import { Injectable } from '@nestjs/common';
import type { SegmentWhy } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { ProfileRepository, profileSummaryOf } from '../profiles/index.js';
import { PeopleRules } from '../rules/index.js';
import { MemberRepository } from './member.repository.js';
import { SegmentsService } from './segments.service.js';

type Asked = { id: string; profileId?: string | undefined; externalId?: string | undefined };

/** Whether somebody is in a segment, and what the rule saw of them. */
@Injectable()
export class SegmentWhys {
  constructor(
    private readonly segments: SegmentsService,
    private readonly members: MemberRepository,
    private readonly profiles: ProfileRepository,
    private readonly rules: PeopleRules,
  ) {}

  /** By the rule that the members are of; before the first is built, by that one. */
  async of(scope: Scope, { id, profileId, externalId }: Asked): Promise<SegmentWhy> {
    if ((profileId === undefined) === (externalId === undefined))
      throw new UserError('nobody-named', 'Name one person: by profileId or by externalId.', {
        errors: [{ path: 'profileId', message: 'give this or externalId' }],
      });
    const segment = await this.segments.row(scope, { id });
    const profile =
      profileId === undefined
        ? await this.profiles.findByExternalId(scope, externalId!)
        : await this.profiles.find(scope, profileId);
    if (!profile) throw notFound('profile');
    const rule = segment.live_rule ?? segment.rule;
    const answers = rule && (await this.rules.answer(scope, { rule, profileIds: [profile.id], at: Date.now() }));
    const answer = answers?.get(profile.id);
    const since = await this.members.since(scope, { segmentId: id, profileId: profile.id });
    return {
      member: since !== null,
      since: since?.toISOString() ?? null,
      answer: answer?.member ?? null,
      trace: answer?.trace ?? null,
      changesAt: typeof answer?.changesAt === 'number' ? new Date(answer.changesAt).toISOString() : null,
      profile: profileSummaryOf(profile),
    };
  }
}
