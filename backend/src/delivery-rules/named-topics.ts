import { Injectable } from '@nestjs/common';
import type { Cap, QuietSettings } from '@wend/contract';
import { TopicReader } from '../consents/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';

type Named = { path: string; topics: readonly string[] };

/** Looks whether the topics that settings name are there: a rule about one that is not would never act. */
@Injectable()
export class NamedTopics {
  constructor(private readonly topics: TopicReader) {}

  /** Throws `UserError` 422 with the places of those that are not there. */
  async check(scope: Scope, named: readonly Named[]): Promise<void> {
    if (named.every(({ topics }) => topics.length === 0)) return;
    const known = new Set((await this.topics.known(scope)).map(({ key }) => key));
    refuse(
      named.flatMap(({ path, topics }) => {
        const unknown = topics.filter((key) => !known.has(key)).map((key) => `“${key}”`);
        const is = unknown.length === 1 ? 'is no topic' : 'are no topics';
        return unknown.length === 0
          ? []
          : [{ path, message: `${unknown.join(', ')} ${is} of this workspace: see Settings → Topics` }];
      }),
    );
  }

  checkLimits(scope: Scope, limits: readonly Cap[], path = 'limits'): Promise<void> {
    return this.check(
      scope,
      limits.map(({ topics = [] }, index) => ({ path: `${path}.${index}.topics`, topics })),
    );
  }

  /** Whoever agrees to be written to in quiet hours must have been asked: a topic that people start in says nothing. */
  async checkQuiet(scope: Scope, { hours, channels }: QuietSettings): Promise<void> {
    const named = [
      { path: 'hours', hours },
      ...channels.map((each, index) => ({ path: `channels.${index}.hours`, hours: each.hours })),
    ].flatMap(({ path, hours: of }) =>
      of?.unless?.kind === 'topic' ? [{ path: `${path}.unless.topic`, topics: [of.unless.topic] }] : [],
    );
    if (named.length === 0) return;
    await this.check(scope, named);
    const known = await this.topics.known(scope);
    refuse(
      named
        .filter(({ topics: [key] }) => known.some((topic) => topic.key === key && topic.starts === 'subscribed'))
        .map(({ path }) => ({
          path,
          message: 'is a topic that everybody is in who has said nothing: choose one that people have to agree to',
        })),
    );
  }
}

function refuse(errors: { path: string; message: string }[]): void {
  if (errors.length === 0) return;
  throw new UserError('unknown-topic', 'These settings can’t be saved; see "errors".', { status: 422, errors });
}
