import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { notFound } from '../platform/errors/index.js';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { DeadLetterRepository } from './dead-letter.repository.js';
import { EndRunService } from './end-run.service.js';
import { FastForwardService } from './fast-forward.service.js';
import { LearntResults } from './learnt-results.js';
import { StepTrialService } from './step-trial.service.js';
import { TestRunService } from './test-run.service.js';

/** Test runs, steps that are tried, ends of runs, and events that could not be processed. */
@Controller()
export class EnrollmentsController {
  constructor(
    private readonly testRuns: TestRunService,
    private readonly endRuns: EndRunService,
    private readonly fastForwards: FastForwardService,
    private readonly deadLetters: DeadLetterRepository,
    private readonly trials: StepTrialService,
    private readonly learnt: LearntResults,
  ) {}

  @Route(api.tryStep)
  tryStep({ params, body, caller }: RouteInput<typeof api.tryStep>): Promise<RouteOutput<typeof api.tryStep>> {
    return this.trials.try(caller, { journeyId: params.id, ...body });
  }

  @Route(api.learntResults)
  async learntResults({
    params,
    caller,
  }: RouteInput<typeof api.learntResults>): Promise<RouteOutput<typeof api.learntResults>> {
    return { items: await this.learnt.list(caller, params.id) };
  }

  @Route(api.startTest)
  async startTest({
    params,
    body,
    caller,
  }: RouteInput<typeof api.startTest>): Promise<RouteOutput<typeof api.startTest>> {
    return {
      enrollmentId: await this.testRuns.start({
        scope: caller,
        journeyId: params.id,
        profileId: body.profileId,
        traits: body.traits,
        entry: body.entry,
        properties: body.properties,
      }),
    };
  }

  @Route(api.fastForward)
  async fastForward({
    params,
    body,
    caller,
  }: RouteInput<typeof api.fastForward>): Promise<RouteOutput<typeof api.fastForward>> {
    return this.fastForwards.start({ scope: caller, enrollmentId: params.id, to: body.to });
  }

  @Route(api.fastForwardProgress)
  async fastForwardProgress({
    params,
    caller,
  }: RouteInput<typeof api.fastForwardProgress>): Promise<RouteOutput<typeof api.fastForwardProgress>> {
    return this.fastForwards.find(caller, params.id);
  }

  @Route(api.cancelFastForward)
  async cancelFastForward({
    params,
    caller,
  }: RouteInput<typeof api.cancelFastForward>): Promise<RouteOutput<typeof api.cancelFastForward>> {
    return this.fastForwards.cancel({ scope: caller, enrollmentId: params.id });
  }

  @Route(api.testEvent)
  async testEvent({
    params,
    body,
    caller,
  }: RouteInput<typeof api.testEvent>): Promise<RouteOutput<typeof api.testEvent>> {
    return {
      taken: await this.testRuns.sendEvent({
        scope: caller,
        enrollmentId: params.id,
        event: body.event,
        properties: body.properties,
      }),
    };
  }

  @Route(api.cancelEnrollment)
  async cancel({
    params,
    body,
    caller,
  }: RouteInput<typeof api.cancelEnrollment>): Promise<RouteOutput<typeof api.cancelEnrollment>> {
    await this.endRuns.end({ scope: caller, enrollmentId: params.id, reason: body.reason ?? 'Ended by hand' });
    return { ok: true };
  }

  @Route(api.deadLetters)
  async list({ caller }: RouteInput<typeof api.deadLetters>): Promise<RouteOutput<typeof api.deadLetters>> {
    const rows = await this.deadLetters.list(caller);
    return {
      items: rows.map((row) => ({ id: row.id, eventName: row.event_name, error: row.error, at: row.at.toISOString() })),
    };
  }

  @Route(api.retryDeadLetter)
  async retry({
    params,
    caller,
  }: RouteInput<typeof api.retryDeadLetter>): Promise<RouteOutput<typeof api.retryDeadLetter>> {
    if (!(await this.deadLetters.retry(caller, params.id))) throw notFound('failed event');
    return { ok: true };
  }
}
