import { Audience } from '../src/enrollments/audience.js';
import { AwaitedNameRepository } from '../src/enrollments/awaited-name.repository.js';
import { AwaitedNames } from '../src/enrollments/awaited-names.js';
import { CommitRepository } from '../src/enrollments/commit.repository.js';
import { CommitService } from '../src/enrollments/commit.service.js';
import { EnrollingRepository } from '../src/enrollments/enrolling.repository.js';
import { BatchPeopleRepository } from '../src/enrollments/batch-people.repository.js';
import { EntryBatchRepository } from '../src/enrollments/entry-batch.repository.js';
import { EntryBatches } from '../src/enrollments/entry-batches.service.js';
import { EnteringRepository } from '../src/enrollments/entering.repository.js';
import { Entering } from '../src/enrollments/entering.service.js';
import { EntryStarts } from '../src/enrollments/entry-start.service.js';
import { FirstStepService } from '../src/enrollments/first-step.service.js';
import { ProgramRepository } from '../src/enrollments/program.repository.js';
import { RecipientsRepository } from '../src/enrollments/recipients.repository.js';
import { RouterRepository } from '../src/enrollments/router.repository.js';
import { RouterService } from '../src/enrollments/router.service.js';
import { RunSignals } from '../src/enrollments/run-signals.js';
import { Runs } from '../src/enrollments/runs.js';
import type { RunsClient } from '@wend/temporal';
import type { Database } from '../src/platform/database/index.js';
import { PeopleRules, PeopleRulesRepository } from '../src/rules/index.js';
import { testFacts } from './facts.js';

/** Commits on this database. */
export function commitsOf(database: Database): CommitService {
  return new CommitService(
    new CommitRepository(database),
    testFacts(database),
    new AwaitedNames(new AwaitedNameRepository(database)),
  );
}

/** What runs start with, on this database. */
export function entryStartsOf(database: Database): EntryStarts {
  return new EntryStarts(testFacts(database));
}

/** What lets people in, on this database; `client` stands for the Temporal server. */
export function enteringOf(
  database: Database,
  {
    client = {},
    programs = new ProgramRepository(database),
    enrolling = new EnrollingRepository(database),
  }: {
    client?: Partial<RunsClient>;
    programs?: ProgramRepository;
    enrolling?: EnrollingRepository;
  } = {},
): Entering {
  return new Entering(
    new EnteringRepository(database),
    enrolling,
    programs,
    entryStartsOf(database),
    new Audience(new PeopleRules(new PeopleRulesRepository(database))),
    new FirstStepService(commitsOf(database)),
    new RouterRepository(database),
    runsOf(client),
  );
}

/** Batches of people who are let in, on this database. */
export function entryBatchesOf(database: Database, entering: Entering = enteringOf(database)): EntryBatches {
  return new EntryBatches(
    new EntryBatchRepository(database),
    batchPeopleOf(database),
    entering,
    new RecipientsRepository(),
  );
}

/** Whom batches are for, on this database. */
export function batchPeopleOf(database: Database): BatchPeopleRepository {
  return new BatchPeopleRepository(database, new EntryBatchRepository(database), new RecipientsRepository());
}

function runsOf(client: Partial<RunsClient>): Runs {
  const runs = new Runs();
  runs.use({ start: async () => undefined, ...client } as RunsClient);
  return runs;
}

/** A router on this database; `client` stands for the Temporal server: it is told of runs that begin, and of signals. */
export function routerOf(database: Database, client: Partial<RunsClient> = {}): RouterService {
  const programs = new ProgramRepository(database);
  return new RouterService(
    new RouterRepository(database),
    programs,
    enteringOf(database, { client, programs }),
    new RunSignals(runsOf(client), programs),
    new CommitRepository(database),
  );
}
