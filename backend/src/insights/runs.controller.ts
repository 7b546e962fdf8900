import { Controller } from '@nestjs/common';
import { api, insideOf } from '@wend/contract';
import type { EnrollmentDetail, EnrollmentSummary, RunActionDetail, StepInput } from '@wend/contract';
import { EntryBatches, FastForwardRepository, Runs } from '../enrollments/index.js';
import { GoalReads } from '../goals/index.js';
import { notFound } from '../platform/errors/index.js';
import { Route } from '../platform/http/index.js';
import type { Caller, RouteInput, RouteOutput } from '../platform/http/index.js';
import { MessageReads } from '../messages/index.js';
import { causingRunOf, RunReads, runSummaryOf } from './run-reads.repository.js';

const beforeEntryMs = 5 * 60_000;

/** Who is in a journey, and all that a replay needs of one run. */
@Controller()
export class RunsController {
  constructor(
    private readonly runs: RunReads,
    private readonly messages: MessageReads,
    private readonly temporal: Runs,
    private readonly fastForwards: FastForwardRepository,
    private readonly goals: GoalReads,
    private readonly batches: EntryBatches,
  ) {}

  @Route(api.enrollments)
  async list({
    params,
    query,
    caller,
  }: RouteInput<typeof api.enrollments>): Promise<RouteOutput<typeof api.enrollments>> {
    if (!(await this.runs.journeyExists(caller, params.id))) throw notFound('journey');
    const { rows, next } = await this.runs.list(caller, {
      ...query,
      journeyId: params.id,
      test: query.origin === 'test',
    });
    return { items: rows.map(runSummaryOf), next };
  }

  @Route(api.enrollment)
  async detail({ params, caller }: RouteInput<typeof api.enrollment>): Promise<RouteOutput<typeof api.enrollment>> {
    const run = await this.runs.find(caller, params.id);
    if (!run) throw notFound('run');
    const cause = causingRunOf(run);
    const [version, causing, steps, visits, wait, messages, actions, events, unsubscribed, fastForward, goalHits] =
      await Promise.all([
        this.runs.version(caller, run.version_id),
        cause === null ? null : this.runs.find(caller, cause),
        this.runs.steps(caller, run.id),
        this.runs.visits(caller, run.id),
        this.runs.wait(caller, run.id),
        this.messages.ofRun(caller, run.id),
        this.actions(caller, run.id),
        this.runs.events(caller, {
          profileId: run.profile_id,
          from: new Date(run.entered_at.getTime() - beforeEntryMs),
          entryEventId: run.entry_event_id,
          enrollmentId: run.id,
        }),
        this.runs.unsubscribed(caller, run.profile_id),
        run.origin === 'live' ? null : this.fastForwards.find(caller, run.id),
        this.goals.ofRuns(caller, [run.id]),
      ]);
    if (!version) throw notFound('version of this run');
    const others = await this.runs.versions(caller, {
      journeyId: run.journey_id,
      numbers: versionsBefore(steps, run.version),
    });
    const ended = run.ended_at !== null;
    return {
      ...runSummaryOf(run),
      entryNode: run.entry_node,
      causedBy: causing && causeOf(runSummaryOf(causing)),
      graph: version.graph,
      inside: insideOf(version),
      program: version.program,
      programHash: version.hash,
      others: others.map(({ expanded, ...other }) => ({ ...other, inside: insideOf({ ...other, expanded }) })),
      steps: steps.map(({ step, at, inputs }) => ({ step, at: at.toISOString(), inputs })),
      unsubscribed: unsubscribed.map(({ channel, at }) => ({
        channel,
        at: new Date(at.getTime() + (run.origin === 'live' ? 0 : run.run_offset_ms)).toISOString(),
      })),
      visits,
      goalHits: goalHits.map(({ enrollmentId: _, at, ...hit }) => ({ ...hit, at: at.toISOString() })),
      messages,
      actions,
      events,
      workflowId: run.workflow_id,
      wait:
        ended || (wait.until === null && wait.events.length === 0)
          ? null
          : { until: wait.until?.toISOString() ?? null, events: wait.events },
      runTime: (run.ended_at ?? new Date(Date.now() + run.run_offset_ms)).toISOString(),
      fastForward,
      canFastForward: run.origin === 'test' && !ended && (await this.temporal.canSkip()),
    };
  }

  /** With how far the people are whom it lets into a journey. */
  private async actions(caller: Caller, runId: string): Promise<RunActionDetail[]> {
    const actions = await this.runs.actions(caller, runId);
    const batchOf = ({ result }: (typeof actions)[number]): string => String(result?.['batch'] ?? '');
    const batches = await this.batches.byIds(caller, actions.map(batchOf).filter(Boolean));
    return actions.map((action) => ({ ...action, batch: batches.get(batchOf(action)) ?? null }));
  }
}

function causeOf({ id, journeyId, journeyName, profile }: EnrollmentSummary): EnrollmentDetail['causedBy'] {
  return { id, journeyId, journeyName, profileId: profile.id, name: profile.name };
}

/** The versions that moves took a run from, without the one that it is in. */
function versionsBefore(steps: readonly { inputs: StepInput[] }[], now: number): number[] {
  const moves = steps.flatMap(({ inputs }) => inputs.filter((input) => input.type === 'moved'));
  const numbers = new Set(moves.flatMap(({ from, version }) => [from.version, version]));
  return [...numbers].filter((each) => each !== now);
}
