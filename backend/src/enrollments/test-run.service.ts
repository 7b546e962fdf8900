import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { holds } from '@wend/engine';
import { EventsService } from '../events/index.js';
import { JourneysService } from '../journeys/index.js';
import type { Scope } from '../platform/database/index.js';
import { notFound, OperationalError, UserError } from '../platform/errors/index.js';
import { ProfilesService } from '../profiles/index.js';
import { RouterService } from './router.service.js';
import { RunSignals } from './run-signals.js';
import { Runs } from './runs.js';
import { TestRunRepository } from './test-run.repository.js';
import type { RunRow } from './test-run.repository.js';

export type FastForwardTarget = { seconds: number } | { until: number } | 'next' | 'end';

const settleLimitMs = 30_000;
/** Skipping to a timer goes a little beyond it, so that the clocks' difference never leaves it just ahead. Milliseconds. */
const slackMs = 25;

/** Test runs on the real engine: started from the draft, and fast-forwarded by skipping the time of their workflow only. */
@Injectable()
export class TestRunService {
  constructor(
    private readonly repository: TestRunRepository,
    private readonly journeys: JourneysService,
    private readonly profiles: ProfilesService,
    private readonly events: EventsService,
    private readonly router: RouterService,
    private readonly runs: Runs,
    private readonly runSignals: RunSignals,
  ) {}

  /** Starts a test run of the draft for a chosen person, or for one made up from `traits`. */
  async start({ scope, journeyId, profileId, traits, properties }: { scope: Scope; journeyId: string; profileId?: string | undefined; traits?: JsonObject | undefined; properties: JsonObject }): Promise<string> {
    const { versionId, program, trigger } = await this.journeys.snapshotDraft({ scope, journeyId });
    if (!holds(trigger.where, { property: properties })) {
      throw new UserError('would-not-enter', `With these properties "${trigger.event}" would not let this person in: the entry's filter does not hold.`, { status: 422, errors: [{ path: 'properties', message: 'Change them so that the filter of the entry holds.' }] });
    }
    const person = profileId ? (await this.profiles.get(scope, profileId)).id : await this.repository.makeProfile(scope, traits ?? {});
    const enrollmentId = randomUUID();
    const { eventIds } = await this.events.ingest({ scope, origin: 'test', events: [{ name: trigger.event, profileId: person, properties, enrollmentId }] });
    const event = eventIds[0] ? await this.repository.event(scope, eventIds[0]) : null;
    if (!event) throw new OperationalError('event-not-stored', 'The entry event could not be stored; try again.');
    const entry = { workspace_id: scope.workspaceId, journey_id: journeyId, version_id: versionId };
    const start = await this.router.prepareStart({ event, entry, program, enrollmentId, origin: 'test' });
    await this.repository.insert(scope, { id: enrollmentId, journeyId, versionId, profileId: person, event, start, enteredAt: start.first.at });
    await this.runs.client.start({ ...start, program });
    return enrollmentId;
  }

  /** Lets an event happen in a test run only. True when the run took it. */
  async sendEvent({ scope, enrollmentId, event, properties }: { scope: Scope; enrollmentId: string; event: string; properties: JsonObject }): Promise<boolean> {
    const run = await this.testRun(scope, enrollmentId);
    await this.settle(scope, run);
    const { eventIds } = await this.events.ingest({ scope, origin: 'test', events: [{ name: event, profileId: run.profile_id, properties, enrollmentId, time: Date.now() + run.run_offset_ms }] });
    const id = eventIds[0];
    const after = await this.settle(scope, run);
    if (!id) return false;
    // The signal is acknowledged; the run takes it in its next wake-up.
    return this.until(async () => (await this.repository.took(scope, { enrollmentId, eventId: id })) || null, after.ended_at ? 0 : 1_500).then((took) => took ?? false);
  }

  /** Lets time pass in a test run or for a person of the demo: to an instant, to the next wait's end, or to the end of the run. */
  async fastForward({ scope, enrollmentId, to }: { scope: Scope; enrollmentId: string; to: FastForwardTarget }): Promise<{ runTime: number; status: string; node: string | null }> {
    let run = await this.testRun(scope, enrollmentId);
    run = await this.settle(scope, run);
    const target = targetOf(to, run);
    for (let skips = 0; skips < 500 && !run.ended_at; skips += 1) {
      const now = Date.now() + run.run_offset_ms;
      const timer = run.timer ? run.timer.getTime() : null;
      const next = Math.min(target ?? Number.POSITIVE_INFINITY, timer ?? Number.POSITIVE_INFINITY);
      if (!Number.isFinite(next) || next <= now - slackMs) break;
      run = await this.skipTo({ scope, run, ms: Math.max(1, next - now) + (next === timer ? slackMs : 0), timerDue: next === timer });
      if (to === 'next') break;
    }
    return { runTime: Date.now() + run.run_offset_ms, status: run.status, node: run.node };
  }

  async cancel({ scope, enrollmentId, reason }: { scope: Scope; enrollmentId: string; reason: string }): Promise<void> {
    if (!(await this.repository.run(scope, enrollmentId))) throw notFound('run');
    const run = await this.repository.askToCancel(scope, { enrollmentId, reason });
    if (!run) throw new UserError('run-ended', 'This run has already ended.', { status: 409 });
    await this.runSignals.send(run, { type: 'cancel', reason });
  }

  private async testRun(scope: Scope, enrollmentId: string): Promise<RunRow> {
    const run = await this.repository.run(scope, enrollmentId);
    if (!run) throw notFound('run');
    if (run.origin === 'live') throw new UserError('not-a-test-run', 'Time can only be skipped in a test run.', { status: 409 });
    return run;
  }

  private async skipTo({ scope, run, ms, timerDue }: { scope: Scope; run: RunRow; ms: number; timerDue: boolean }): Promise<RunRow> {
    const scopeRun = { enrollmentId: run.id, ms };
    await this.repository.addOffset(scope, scopeRun);
    await this.runs.client.skip({ workflowId: run.workflow_id, ms });
    const moved = await this.until(async () => {
      const at = await this.repository.run(scope, run.id);
      if (!at || at.ended_at || (timerDue && at.wait !== run.wait)) return at;
      if (timerDue && at.timer) return null;
      const { fastForwarding, running } = await this.runs.client.virtualTime(run.workflow_id);
      return fastForwarding && running ? null : at;
    }, settleLimitMs);
    if (!moved) throw new OperationalError('time-not-skipped', 'The run did not get there within 30 seconds. Is a worker running, and does the Temporal server allow time skipping?');
    return this.settle(scope, moved);
  }

  /** Waits until the run stands still: its events routed, its messages sent, its calls answered. */
  private async settle(scope: Scope, run: RunRow): Promise<RunRow> {
    const settled = await this.until(async () => {
      const { events, messages } = await this.repository.pending(scope, { enrollmentId: run.id, profileId: run.profile_id });
      if (events > 0 || messages > 0) return null;
      // A signal that the router sent may not be folded yet: only a workflow without a task stands still.
      const { busy, running } = await this.runs.client.virtualTime(run.workflow_id);
      const at = await this.repository.run(scope, run.id);
      return at?.ended_at || (at && !busy && running && at.status !== 'starting') ? at : null;
    }, settleLimitMs);
    if (settled) return settled;
    throw new OperationalError('run-not-settled', 'The run is still busy after 30 seconds. Is a worker running?');
  }

  private async until<Value>(probe: () => Promise<Value | null>, limitMs: number): Promise<Value | null> {
    const deadline = Date.now() + limitMs;
    for (;;) {
      const value = await probe();
      if (value !== null || Date.now() > deadline) return value;
      await delay(20);
    }
  }
}

function targetOf(to: FastForwardTarget, run: RunRow): number | null {
  if (to === 'end') return null;
  if (to === 'next') return run.timer ? run.timer.getTime() : null;
  return 'until' in to ? to.until : Date.now() + run.run_offset_ms + to.seconds * 1_000;
}
