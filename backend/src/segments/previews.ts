import { Injectable } from '@nestjs/common';
import { personChannels } from '@wend/contract';
import type { Rule, SegmentPreview } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { profileSummaryOf } from '../profiles/index.js';
import { RuleNames } from '../rules/index.js';
import { PreviewRepository } from './preview.repository.js';
import { checkSegmentRule } from './segment-rules.js';

const shown = 10;
/** Of more people the share that can be reached is reckoned from so many. */
const reachAtMost = 20_000;

/** What a rule would make, before it is saved. */
@Injectable()
export class SegmentPreviews {
  constructor(
    private readonly repository: PreviewRepository,
    private readonly names: RuleNames,
  ) {}

  /** Throws a 422 when the rule makes no sense. */
  async of(scope: Scope, { rule, sizeOnly }: { rule: Rule; sizeOnly: boolean }): Promise<SegmentPreview> {
    checkSegmentRule(rule);
    await this.names.check(scope, { rule });
    const asked = { rule, at: Date.now() };
    const [size, total] = await Promise.all([this.repository.size(scope, asked), this.repository.everybody(scope)]);
    if (sizeOnly) return { size, total, reachable: [], reachableExact: true, sample: [] };
    const channels = personChannels();
    const [sample, reach] = await Promise.all([
      this.repository.sample(scope, { ...asked, limit: shown }),
      this.repository.reachable(scope, { ...asked, channels, limit: reachAtMost }),
    ]);
    const isExact = reach.looked < reachAtMost;
    const share = isExact || reach.looked === 0 ? 1 : size / reach.looked;
    return {
      size,
      total,
      reachable: channels.map((channel, index) => ({ channel, count: Math.round(reach.counts[index]! * share) })),
      reachableExact: isExact,
      sample: sample.map(profileSummaryOf),
    };
  }
}
