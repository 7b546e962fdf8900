import { Injectable } from '@nestjs/common';
import { alarmKindNames } from '@wend/contract';
import type { AlarmKind, AlarmNews } from '@wend/contract';
import { ChannelRegistry } from '../channels/index.js';
import type { Sql } from '../platform/database/index.js';
import { isOutage } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { AlarmSettingsRepository } from './alarm-settings.repository.js';
import { AlarmRepository } from './alarm.repository.js';
import type { OpenAlarm } from './alarm.repository.js';
import { Breaker } from './breaker.js';
import { EffectiveSettings } from './effective-settings.js';
import type { Effective } from './effective-settings.js';
import { keyOf } from './kind.js';
import type { KindCode, Reading, Verdict } from './kind.js';
import { kindCodes } from './kinds/index.js';
import { MeasureRepository } from './measure.repository.js';
import { nextStep } from './next-step.js';
import type { Step } from './next-step.js';
import { withoutPeople } from './without-people.js';
import { NoticeRepository } from './notice.repository.js';

/** How often is looked; by one process at a time. */
const everySeconds = 30;
const remindSeconds = 24 * 3_600;

type Judged = { reading: Reading<object>; effective: Effective; verdict: Verdict };
type Change = { kind: AlarmKind; code: KindCode; judged: Judged | undefined; effective: Effective };

/**
 * Looks at everything every half minute: what is wrong is raised, what lasts is told again each day, what is over is
 * cleared. Each change of an alarm is one transaction with what is told of it; whoever is killed has done all of it or
 * nothing, and the next look goes on.
 */
@Injectable()
export class Evaluator {
  constructor(
    private readonly alarms: AlarmRepository,
    private readonly settings: AlarmSettingsRepository,
    private readonly measures: MeasureRepository,
    private readonly notices: NoticeRepository,
    private readonly breaker: Breaker,
    private readonly registry: ChannelRegistry,
  ) {}

  /** Looks where nobody has for a while. False: there is nothing more to do at once. */
  async work(): Promise<boolean> {
    if (await this.alarms.claimLook(everySeconds)) await this.look();
    return false;
  }

  /** One look at all kinds. Two at once raise nothing twice. */
  async look(): Promise<void> {
    while (await this.measures.rollUp());
    await this.alarms.noteResumed();
    const settings = new EffectiveSettings(await this.settings.all());
    for (const kind of alarmKindNames)
      await this.lookAt(kind, settings).catch((error: unknown) => {
        if (isOutage(error)) throw error;
        logger.error({ err: error, kind }, 'alarms of a kind could not be looked for; trying again');
      });
  }

  private async lookAt(kind: AlarmKind, settings: EffectiveSettings): Promise<void> {
    const code = kindCodes[kind];
    const judged = await this.judge({ kind, code, settings });
    const open = new Map((await this.alarms.open(kind)).map((alarm) => [keyOf(alarm), alarm]));
    for (const [key, each] of judged)
      if (!open.has(key)) await this.alone(() => this.raise({ kind, code, judged: each, effective: each.effective }));
    for (const [key, alarm] of open) {
      const effective = settings.of(kind, alarm);
      await this.alone(() => this.follow(alarm, { kind, code, judged: judged.get(key), effective }));
    }
  }

  /** Subjects that are not well, by what they are. */
  private async judge({
    kind,
    code,
    settings,
  }: {
    kind: AlarmKind;
    code: KindCode;
    settings: EffectiveSettings;
  }): Promise<Map<string, Judged>> {
    const { measures, registry } = this;
    const found = new Map<string, Judged>();
    for (const window of settings.valuesOf(kind, code.window)) {
      for (const reading of await code.measure({ measures, registry, window })) {
        const effective = settings.of(kind, reading);
        if (!effective.enabled || effective.settings[code.window] !== window) continue;
        const verdict = code.judge(reading.figures, effective.settings);
        if (verdict !== 'calm') found.set(keyOf(reading), { reading, effective, verdict });
      }
    }
    return found;
  }

  private async raise(change: Change & { judged: Judged }): Promise<void> {
    const { kind, judged, effective } = change;
    if (nextStep({ open: null, verdict: judged.verdict }) !== 'raise') return;
    const { reading } = judged;
    const said = await this.said(change.code, judged);
    await this.alarms.transaction(async (sql) => {
      const alarm = await this.alarms.raise(reading, { sql, ...reading, kind, said });
      if (!alarm) return;
      const acted = await this.trip(alarm, { ...change, sql, summary: said.summary });
      if (!effective.muted) await this.tell(acted.alarm, { sql, what: 'raised' });
    });
  }

  /** What becomes of one that is open, as it is once it is locked: somebody else may have been at it. */
  private async follow(known: OpenAlarm, change: Change): Promise<void> {
    const { judged, effective } = change;
    const verdict = judged?.verdict ?? 'calm';
    const said = judged?.verdict === 'over' ? await this.said(change.code, judged) : null;
    await this.alarms.transaction(async (sql) => {
      const alarm = await this.alarms.lock(known, { sql, id: known.id });
      if (!alarm) return;
      // Nobody wants to know of it any more.
      if (!effective.enabled) return this.alarms.clear(alarm, { sql, id: alarm.id });
      const step = nextStep({ open: { calmSeconds: alarm.calmSeconds, held: isHeld(alarm) }, verdict });
      await this.take(alarm, { ...change, sql, step, said });
    });
  }

  private async take(
    alarm: OpenAlarm,
    change: Change & { sql: Sql; step: Step; said: Awaited<ReturnType<Evaluator['said']>> | null },
  ): Promise<void> {
    const { sql, step, said, judged, effective } = change;
    const { id } = alarm;
    if (step === 'clear') {
      await this.alarms.clear(alarm, { sql, id });
      if (alarm.tellings > 0 && !effective.muted) await this.tell(alarm, { sql, what: 'cleared' });
      return;
    }
    if (step === 'restless' || step === 'calming')
      await this.alarms.setCalm(alarm, { sql, id, calm: step === 'calming' });
    if (step !== 'seen' || !said || !judged) return this.remind(alarm, { sql, effective });
    await this.alarms.seen(alarm, { sql, id, said });
    const now = { ...alarm, ...said };
    if (isHeld(alarm)) return this.remind(now, { sql, effective });
    const acted = await this.trip(now, { ...change, judged, summary: said.summary });
    if (acted.tripped && !effective.muted && alarm.tellings > 0) await this.tell(acted.alarm, { sql, what: 'tripped' });
    else await this.remind(acted.alarm, { sql, effective });
  }

  /** What was muted when it was raised is told once it is not muted any more, and what lasts each day. */
  private async remind(alarm: OpenAlarm, { sql, effective }: { sql: Sql; effective: Effective }): Promise<void> {
    if (effective.muted) return;
    if (alarm.tellings === 0) return this.tell(alarm, { sql, what: 'raised' });
    if ((alarm.toldSeconds ?? 0) >= remindSeconds) await this.tell(alarm, { sql, what: 'reminded' });
  }

  private async trip(
    alarm: OpenAlarm,
    { sql, kind, code, judged, effective, summary }: Change & { judged: Judged; sql: Sql; summary: string },
  ): Promise<{ alarm: OpenAlarm; tripped: boolean }> {
    const { reading } = judged;
    const trip = await this.breaker.trip(alarm, { sql, kind, code, reading, effective, summary });
    if (!trip) return { alarm, tripped: false };
    const news = trip.acted || trip.note !== alarm.trip;
    if (news) await this.alarms.trip(alarm, { sql, id: alarm.id, ...trip });
    return { alarm: { ...alarm, trip: trip.note }, tripped: trip.acted };
  }

  private async said(code: KindCode, { reading, effective }: Judged) {
    const lastError = code.asksForError ? { lastError: await this.measures.lastError(reading, reading) } : {};
    const figures = withoutPeople({ ...reading.figures, ...lastError });
    return { name: reading.name, figures, ...code.words({ ...reading, figures }, effective.settings) };
  }

  private tell(alarm: OpenAlarm, { sql, what }: { sql: Sql; what: AlarmNews }): Promise<void> {
    const { id, kind, journeyId, connectionId, name, summary, advice } = alarm;
    return this.notices.add(alarm, {
      sql,
      alarmId: id,
      what,
      body: {
        what,
        at: new Date().toISOString(),
        alarm: {
          id,
          kind,
          about: journeyId !== null ? 'journey' : connectionId !== null ? 'connection' : 'workspace',
          subjectId: journeyId ?? connectionId,
          name,
          summary: what === 'cleared' ? `It was: ${summary}` : summary,
          advice,
          breaker: alarm.trip,
          path: kindCodes[kind].path(alarm),
        },
      },
    });
  }

  /** What fails for one must not keep the others. */
  private async alone(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (isOutage(error)) throw error;
      logger.error({ err: error }, 'an alarm could not be written; trying again');
    }
  }
}

/** The breaker has stopped what it is about, and nobody has let it go on. */
function isHeld({ trippedAt, resumedAt }: OpenAlarm): boolean {
  return trippedAt !== null && (resumedAt === null || resumedAt < trippedAt);
}
