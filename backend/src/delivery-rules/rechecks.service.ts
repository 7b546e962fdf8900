import { Injectable } from '@nestjs/common';
import { fallbackChannel, fallbackConfig, topicOf } from '@wend/contract';
import type { Caps, JsonObject, QuietHours, QuietSettings } from '@wend/contract';
import type { Heard } from '../changes/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { retryConflicts, timeZoneOf, timeZoneTraits } from '../profiles/index.js';
import { limitKeysFor } from './caps.service.js';
import { judgeQuiet } from './quiet.service.js';
import { RecheckRepository } from './recheck.repository.js';
import type { HeldAnew, HeldMessage } from './recheck.repository.js';
import { RuleSettings } from './rule-settings.service.js';

/** Messages of one transaction. */
const atOnce = 1_000;

/**
 * Judges what is held anew, where quiet hours, limits, a journey's priority or somebody's zone have changed. What a limit
 * holds that there is no more asks again, in its turn of the backlog.
 */
@Injectable()
export class RechecksService {
  constructor(
    private readonly repository: RecheckRepository,
    private readonly settings: RuleSettings,
  ) {}

  /** Goes through the next messages of a workspace whose rules have changed; false when there is nothing to do. */
  work(now: () => number = Date.now): Promise<boolean> {
    return retryConflicts(
      () =>
        this.repository.transaction(async (sql) => {
          const recheck = await this.repository.take(sql);
          if (!recheck) return false;
          const scope = { workspaceId: recheck.workspaceId };
          const messages = await this.repository.next(scope, { sql, after: recheck, limit: atOnce });
          await this.judge(scope, { sql, messages, now: now() });
          const last = messages.at(-1);
          if (last && messages.length === atOnce)
            await this.repository.advance(scope, { sql, until: last.cursor, id: last.id });
          else await this.repository.end(scope, sql);
          return true;
        }),
      { what: 'messages that are held were judged anew' },
    );
  }

  /** People whose zone has changed, or who agree to be written to at any time. */
  async heard(scope: Scope, { sql, changes, at }: Heard): Promise<void> {
    const { quiet } = await this.settings.of(scope);
    // Steps have quiet hours of their own, and limits go by calendars, whatever the workspace says.
    const names = new Set<string>([...timeZoneTraits, ...watchedTraits(quiet)]);
    const consents = asksForConsent(quiet);
    const people = changes.flatMap(({ what, name, profileId }) =>
      (what === 'trait' && names.has(name)) ||
      (what === 'consent' && consents) ||
      (what === 'profile' && name === 'merged')
        ? [profileId]
        : [],
    );
    if (people.length === 0) return;
    const messages = await this.repository.ofPeople(scope, { sql, profileIds: [...new Set(people)] });
    await this.judge(scope, { sql, messages, now: at });
  }

  private async judge(
    scope: Scope,
    { sql, messages, now }: { sql: Sql; messages: HeldMessage[]; now: number },
  ): Promise<void> {
    if (messages.length === 0) return;
    // As it is now: a change that is heard here was made for it.
    const rules = await this.settings.read(scope);
    const steps = new Map(messages.map(({ versionId, node }) => [`${versionId}:${node}`, { versionId, node }]));
    const configs = await this.repository.configs(scope, { sql, steps: [...steps.values()] });
    const changes = messages.flatMap((message): HeldAnew[] => {
      const found = configs.get(`${message.versionId}:${message.node}`) ?? {};
      const config = message.channel === fallbackChannel ? (fallbackConfig(found) ?? found) : found;
      const anew = judgedAnew(message, { ...rules, config, now });
      return anew.until === message.until && anew.priority === message.priority ? [] : [anew];
    });
    await this.repository.change(scope, { sql, changes });
  }
}

type JudgeOptions = { quiet: QuietSettings; caps: Caps; config: JsonObject; now: number };

function judgedAnew(message: HeldMessage, { quiet, caps, config, now }: JudgeOptions): HeldAnew {
  const { id, by, until, channel, traits, said, journeyPriority: priority } = message;
  const asItIs = { id, priority, until, ruling: null };
  if (by === 'caps')
    return isHeldByLimit(message, { caps, config }) ? asItIs : { ...asItIs, until: Math.min(until, now) };
  // What another rule holds waits for that one.
  if (by !== 'quiet') return asItIs;
  const zone = timeZoneOf(traits) ?? message.zone;
  const verdict = judgeQuiet(quiet, { channel, config, traits, said, zone }, now);
  const allowedAt = verdict?.allowedAt ?? Math.min(until, now);
  return Math.abs(allowedAt - until) < 1 ? asItIs : { ...asItIs, until: allowedAt, ruling: verdict?.ruling ?? null };
}

/** Whether there is still the limit that holds a message, as it was then and by the same clocks, and it is about it. */
function isHeldByLimit(
  { channel, limit, ruledZone, journeyCaps: journey, traits, zone }: HeldMessage,
  { caps, config }: Pick<JudgeOptions, 'caps' | 'config'>,
): boolean {
  const keys = limitKeysFor({ channel, topic: topicOf(config) }, { caps, journey });
  const sameClocks = ruledZone === null || ruledZone === (timeZoneOf(traits) ?? zone);
  return limit !== null && keys.includes(limit) && sameClocks;
}

/** What of a person quiet hours go by. */
export function watchedTraits(settings: QuietSettings): string[] {
  const all = hoursOf(settings);
  if (all.length === 0) return [];
  return [...timeZoneTraits, ...all.flatMap(({ unless }) => (unless?.kind === 'trait' ? [unless.trait] : []))];
}

/** Whether quiet hours go by what people subscribe to. */
export function asksForConsent(settings: QuietSettings): boolean {
  return hoursOf(settings).some(({ unless }) => unless?.kind === 'topic');
}

function hoursOf({ hours, channels }: QuietSettings): QuietHours[] {
  return [hours, ...channels.map((each) => each.hours)].flatMap((each) => each ?? []);
}
