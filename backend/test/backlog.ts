import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { AuditLog } from '../src/access/index.js';
import { BacklogRepository } from '../src/backlog/backlog.repository.js';
import { BacklogService } from '../src/backlog/backlog.service.js';
import { CancellationRepository } from '../src/backlog/cancellation.repository.js';
import { CancellationsService } from '../src/backlog/index.js';
import type { deliveryFixture } from './delivery-fixture.js';

/** What members see of the backlog, and the worker that cancels what they ask for. */
export function testBacklog({ database, rules, outcomes }: Awaited<ReturnType<typeof deliveryFixture>>) {
  const repository = new CancellationRepository(database);
  const audit = new AuditLog(new AuditEntryRepository(database));
  return {
    service: new BacklogService(new BacklogRepository(database), repository, rules, outcomes, audit),
    cancellations: new CancellationsService(repository, outcomes),
  };
}
