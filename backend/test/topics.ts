import { AuditLog } from '../src/access/index.js';
import { AuditEntryRepository } from '../src/access/audit-entry.repository.js';
import { TopicRepository } from '../src/consents/topic.repository.js';
import { TopicsService } from '../src/consents/topics.service.js';
import type { Database } from '../src/platform/database/index.js';

/** Topics, for members. */
export function testTopics(database: Database): TopicsService {
  return new TopicsService(new TopicRepository(database), new AuditLog(new AuditEntryRepository(database)));
}
