import { Module } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { connectClient, RunsClient } from '@wend/temporal';
import { BestTimeModule } from '../best-time/index.js';
import { ClaimsModule } from '../claims/index.js';
import { ContentModule } from '../content/index.js';
import { EventsModule } from '../events/index.js';
import { HttpConnectionsModule } from '../http-connections/index.js';
import { JourneysModule, NodeRegistryModule } from '../journeys/index.js';
import { Config } from '../platform/config/index.js';
import { logger } from '../platform/logging/index.js';
import { OutboundModule } from '../platform/outbound/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { RulesModule } from '../rules/index.js';
import { DeliveryRulesModule } from '../delivery-rules/index.js';
import { SuppressionsModule } from '../suppressions/index.js';
import { Audience } from './audience.js';
import { AwaitedNameRepository } from './awaited-name.repository.js';
import { AwaitedNames } from './awaited-names.js';
import { CommitRepository } from './commit.repository.js';
import { CommitService } from './commit.service.js';
import { DeadLetterRepository } from './dead-letter.repository.js';
import { EndRunRepository } from './end-run.repository.js';
import { EndRunService } from './end-run.service.js';
import { EnrollingRepository } from './enrolling.repository.js';
import { EnteringRepository } from './entering.repository.js';
import { Entering } from './entering.service.js';
import { BatchPeopleRepository } from './batch-people.repository.js';
import { EntryBatchRepository } from './entry-batch.repository.js';
import { EntryBatches } from './entry-batches.service.js';
import { LearntResults } from './learnt-results.js';
import { LearntResultsRepository } from './learnt-results.repository.js';
import { EntryStarts } from './entry-start.service.js';
import { EnrollmentsController } from './enrollments.controller.js';
import { FactsRepository } from './facts.repository.js';
import { FactsService } from './facts.service.js';
import { FastForwardRepository } from './fast-forward.repository.js';
import { FastForwardService } from './fast-forward.service.js';
import { FirstStepService } from './first-step.service.js';
import { NodeCallActivities } from './node-call.activities.js';
import { NodeCallRepository } from './node-call.repository.js';
import { NodeRunner } from './node-runner.js';
import { ProgramRepository } from './program.repository.js';
import { RecipientsRepository } from './recipients.repository.js';
import { RouterRepository } from './router.repository.js';
import { RouterService } from './router.service.js';
import { RunClock } from './run-clock.js';
import { RunSignals } from './run-signals.js';
import { Runs } from './runs.js';
import { SegmentEntries } from './segment-entries.js';
import { StepTrialRepository } from './step-trial.repository.js';
import { StepTrialService } from './step-trial.service.js';
import { StepValues } from './step-values.js';
import { StepValuesRepository } from './step-values.repository.js';
import { StoredPrograms } from './stored-programs.js';
import { SweeperRepository } from './sweeper.repository.js';
import { SweeperService } from './sweeper.service.js';
import { TestRunRepository } from './test-run.repository.js';
import { TestRunService } from './test-run.service.js';
import { TriggerRepository } from './trigger.repository.js';
import { TriggerService } from './trigger.service.js';
import { WaitingEntries } from './waiting-entries.js';
import { WaysInController } from './ways-in.controller.js';
import { WhyRepository } from './why.repository.js';
import { WhyService } from './why.service.js';
import { WhySources } from './why-sources.js';

/** Runs: commits, facts, the router. Both processes need it; the process connects `Runs` to Temporal. */
@Module({
  imports: [
    ProfilesModule,
    NodeRegistryModule,
    ContentModule,
    DeliveryRulesModule,
    OutboundModule,
    HttpConnectionsModule,
    SuppressionsModule,
    RulesModule,
    BestTimeModule,
    ClaimsModule,
  ],
  providers: [
    { provide: Runs, useFactory: () => new Runs() },
    AwaitedNameRepository,
    AwaitedNames,
    CommitRepository,
    CommitService,
    FactsRepository,
    FactsService,
    StepValues,
    StepValuesRepository,
    FirstStepService,
    ProgramRepository,
    StoredPrograms,
    RunSignals,
    EnrollingRepository,
    EnteringRepository,
    Audience,
    EntryStarts,
    Entering,
    EntryBatchRepository,
    BatchPeopleRepository,
    RecipientsRepository,
    EntryBatches,
    RouterRepository,
    RouterService,
    SweeperRepository,
    SweeperService,
    NodeCallRepository,
    NodeCallActivities,
    NodeRunner,
    LearntResultsRepository,
    LearntResults,
    FastForwardRepository,
    EndRunRepository,
  ],
  exports: [
    Runs,
    ProgramRepository,
    RunSignals,
    EntryStarts,
    Entering,
    EnteringRepository,
    EntryBatches,
    EntryBatchRepository,
    BatchPeopleRepository,
    RecipientsRepository,
    CommitService,
    RouterService,
    StoredPrograms,
    SweeperService,
    NodeCallActivities,
    NodeRunner,
    LearntResults,
    FastForwardRepository,
    EndRunRepository,
  ],
})
export class EnrollmentsModule {}

/** Connects the api to Temporal in the background: it serves everything else while the server is away. */
class TemporalConnection implements OnApplicationBootstrap, OnApplicationShutdown {
  private stopped = false;
  private close: (() => Promise<void>) | null = null;

  constructor(
    private readonly config: Config,
    private readonly runs: Runs,
    private readonly programs: StoredPrograms,
  ) {}

  onApplicationBootstrap(): void {
    void this.connect();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    await this.close?.();
  }

  private async connect(): Promise<void> {
    while (!this.stopped) {
      try {
        const client = await connectClient({
          address: this.config.temporalAddress,
          namespace: this.config.temporalNamespace,
          programs: this.programs,
        });
        this.close = () => client.connection.close();
        this.runs.use(new RunsClient(client));
        return;
      } catch (error) {
        logger.warn({ error }, 'Temporal cannot be reached; trying again');
        await new Promise((resolve) => setTimeout(resolve, 2_000));
      }
    }
  }
}

/** Test runs and the routes of runs, for the api process. */
@Module({
  imports: [EnrollmentsModule, EventsModule, ProfilesModule, JourneysModule],
  controllers: [EnrollmentsController, WaysInController],
  providers: [
    EndRunService,
    StepTrialRepository,
    StepTrialService,
    TestRunRepository,
    TestRunService,
    RunClock,
    FastForwardService,
    DeadLetterRepository,
    SegmentEntries,
    TriggerRepository,
    TriggerService,
    WhyRepository,
    WhyService,
    { provide: WhySources, useFactory: () => new WhySources() },
    { provide: WaitingEntries, useFactory: () => new WaitingEntries() },
    {
      provide: TemporalConnection,
      inject: [Config, Runs, StoredPrograms],
      useFactory: (config: Config, runs: Runs, programs: StoredPrograms) =>
        new TemporalConnection(config, runs, programs),
    },
  ],
  exports: [EnrollmentsModule, TestRunService, FastForwardService, WhySources, WaitingEntries],
})
export class EnrollmentsApiModule {}
