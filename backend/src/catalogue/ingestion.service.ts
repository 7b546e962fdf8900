import { Injectable } from '@nestjs/common';
import type { IngestSummary } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { IngestLogRepository } from './ingest-log.repository.js';

const day = 86_400_000;

/** What became of requests lately, also when nobody watched. */
@Injectable()
export class IngestionService {
  constructor(private readonly repository: IngestLogRepository) {}

  async summary(scope: Scope): Promise<IngestSummary> {
    const [counts, reasons, rejections] = await Promise.all([
      this.repository.days(scope),
      this.repository.reasons(scope),
      this.repository.last(scope, { table: 'ingest_rejections', limit: 100 }),
    ]);
    const today = Date.now();
    const days = Array.from({ length: 30 }, (_, index) => ({
      day: new Date(today - (29 - index) * day).toISOString().slice(0, 10),
      accepted: 0,
      duplicate: 0,
      rejected: 0,
    }));
    for (const { day: at, outcome, count } of counts) {
      const found = days.find((each) => each.day === at);
      if (found) found[outcome] = count;
    }
    return { days, reasons, rejections };
  }
}
