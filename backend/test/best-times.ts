import { BestTimeRepository, BestTimes } from '../src/best-time/index.js';
import type { Database } from '../src/platform/database/index.js';

/** What says when people are likeliest to look. */
export function testBestTimes(database: Database): BestTimes {
  return new BestTimes(new BestTimeRepository(database));
}
