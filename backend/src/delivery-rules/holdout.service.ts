import { Injectable } from '@nestjs/common';
import { holdoutLimit } from '@wend/contract';
import type { GlobalHoldout, HoldoutState, MessageClass, Ruling } from '@wend/contract';
import { AuditLog, WorkspaceHooks } from '../access/index.js';
import { Remembered } from '../platform/cache/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { HoldoutRepository } from './holdout.repository.js';
import { RuleSettingsRepository } from './rule-settings.repository.js';
import { RuleSettings } from './rule-settings.service.js';

/** A count reads every person: it is shared by all who look, for so long. */
const countedMs = 60_000;

/** The global holdout of a workspace, for those who set it and look at it. */
@Injectable()
export class HoldoutService {
  private readonly counts = new Remembered<{ people: number; ofPeople: number }>();

  constructor(
    private readonly database: Database,
    private readonly repository: HoldoutRepository,
    private readonly stored: RuleSettingsRepository,
    private readonly settings: RuleSettings,
    private readonly hooks: WorkspaceHooks,
    private readonly audit: AuditLog,
  ) {}

  async state(scope: Scope): Promise<HoldoutState> {
    const [{ holdout }, changes] = await Promise.all([this.settings.read(scope), this.repository.changes(scope)]);
    const limit = holdoutLimit(holdout);
    const counted = await this.counts.get(`${scope.workspaceId}/${limit}`, {
      freshMs: countedMs,
      load: () => this.repository.count(scope, limit),
    });
    return {
      ...holdout,
      ...counted,
      changes: changes.map(({ at, share, share_before: shareBefore, except_topics: exceptTopics, by }) => ({
        at: at.toISOString(),
        share,
        shareBefore,
        exceptTopics,
        by,
      })),
    };
  }

  /** Written down with its time, so that what it changed can be measured later. The same settings again change nothing. */
  async save(caller: Caller, after: GlobalHoldout): Promise<HoldoutState> {
    await this.database.transaction(async (sql) => {
      await this.repository.lock(caller, sql);
      const { holdout: before } = await this.settings.read(caller, sql);
      const by = actorName(caller);
      if (after.share === before.share && sameTopics(after, before)) return;
      await this.stored.save(caller, { kind: 'holdout', settings: after, sql });
      await this.repository.save(caller, { sql, after, before, by });
      if (after.share !== before.share) await this.hooks.changed(caller, { sql, changed: ['holdout'], by });
      await this.audit.record(caller, {
        action: 'delivery.holdout',
        subject: `workspace:${caller.workspaceId}`,
        detail: { from: before, to: after },
        sql,
      });
    });
    this.settings.forget(caller);
    return this.state(caller);
  }
}

function sameTopics(one: GlobalHoldout, other: GlobalHoldout): boolean {
  return JSON.stringify([...one.exceptTopics].sort()) === JSON.stringify([...other.exceptTopics].sort());
}

/** A message that is about to go out. `bucket`: of its person, 0 to 9999; `control`: its run is of the control group. */
export type HeldOutMessage = {
  bucket: number;
  control: boolean;
  /** Whether its channel reaches people; a webhook is called for everybody. */
  toPeople: boolean;
  messageClass: MessageClass;
  topic: string | null;
  origin: 'live' | 'demo' | 'test';
};

/** Why the message is held back because of who its person is; null when it is not. Pure. */
export function heldOut(message: HeldOutMessage, holdout: GlobalHoldout): Ruling | null {
  if (!message.toPeople || message.origin === 'test') return null;
  if (message.control)
    return holdoutRuling(
      'control',
      'This person is in the control group of the journey: the run goes on, and nothing is sent.',
    );
  if (message.messageClass === 'transactional' || message.bucket >= holdoutLimit(holdout)) return null;
  if (message.topic !== null && holdout.exceptTopics.includes(message.topic)) return null;
  return holdoutRuling(
    'global',
    `This person is in the global holdout of ${holdout.share} % of people, who get no marketing messages.`,
  );
}

function holdoutRuling(what: 'control' | 'global', says: string): Ruling {
  return { rule: 'holdout', says, counted: null, most: null, allowedAt: null, what };
}
