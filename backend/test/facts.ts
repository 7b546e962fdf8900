import { ChannelRegistry } from '../src/channels/index.js';
import { ClaimsRepository } from '../src/claims/claims.repository.js';
import { Claims } from '../src/claims/claims.service.js';
import { DigestsRepository } from '../src/claims/digests.repository.js';
import { Renderer } from '../src/content/index.js';
import { FactsRepository } from '../src/enrollments/facts.repository.js';
import { FactsService } from '../src/enrollments/facts.service.js';
import { StepValues } from '../src/enrollments/step-values.js';
import { StepValuesRepository } from '../src/enrollments/step-values.repository.js';
import { EventsService } from '../src/events/index.js';
import type { Database } from '../src/platform/database/index.js';
import { testBestTimes } from './best-times.js';
import { testCaps } from './caps.js';
import { testSuppressions } from './suppressions.js';

/** Started with the first Liquid, and for all of a spec file; idle threads keep no process alive. */
const renderer = new Renderer({ threads: 1 });

/** Answers to facts on this database. */
export function testFacts(database: Database): FactsService {
  return new FactsService(
    new FactsRepository(database),
    new ChannelRegistry(),
    testSuppressions(database),
    testCaps(database),
    testBestTimes(database),
    new StepValues(new StepValuesRepository(database), renderer),
    new Claims(new ClaimsRepository(database), new DigestsRepository(), new EventsService(database)),
  );
}
