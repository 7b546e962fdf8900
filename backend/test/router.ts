import { ChannelRegistry } from '../src/channels/index.js';
import { AwaitedNameRepository } from '../src/enrollments/awaited-name.repository.js';
import { AwaitedNames } from '../src/enrollments/awaited-names.js';
import { CommitRepository } from '../src/enrollments/commit.repository.js';
import { CommitService } from '../src/enrollments/commit.service.js';
import { EnrollingRepository } from '../src/enrollments/enrolling.repository.js';
import { FactsRepository } from '../src/enrollments/facts.repository.js';
import { FactsService } from '../src/enrollments/facts.service.js';
import { FirstStepService } from '../src/enrollments/first-step.service.js';
import { ProgramRepository } from '../src/enrollments/program.repository.js';
import { RouterRepository } from '../src/enrollments/router.repository.js';
import { RouterService } from '../src/enrollments/router.service.js';
import { RunSignals } from '../src/enrollments/run-signals.js';
import { Runs } from '../src/enrollments/runs.js';
import type { RunsClient } from '@wend/temporal';
import type { Database } from '../src/platform/database/index.js';
import { testSuppressions } from './suppressions.js';

/** Commits on this database. */
export function commitsOf(database: Database): CommitService {
  return new CommitService(
    new CommitRepository(database),
    new FactsService(new FactsRepository(database), new ChannelRegistry(), testSuppressions(database)),
    new AwaitedNames(new AwaitedNameRepository(database)),
  );
}

/** A router on this database; `client` stands for the Temporal server: it is told of runs that begin, and of signals. */
export function routerOf(database: Database, client: Partial<RunsClient> = {}): RouterService {
  const programs = new ProgramRepository(database);
  const runs = new Runs();
  runs.use({ start: async () => undefined, ...client } as RunsClient);
  return new RouterService(
    new RouterRepository(database),
    new EnrollingRepository(database),
    programs,
    new FactsService(new FactsRepository(database), new ChannelRegistry(), testSuppressions(database)),
    new FirstStepService(commitsOf(database)),
    runs,
    new RunSignals(runs, programs),
  );
}
