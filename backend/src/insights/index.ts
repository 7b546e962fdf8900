export { InsightsModule } from './insights.module.js';
export { RunReads, runSummaryOf } from './run-reads.repository.js';
