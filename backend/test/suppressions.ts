import { ChannelRegistry } from '../src/channels/index.js';
import { Config } from '../src/platform/config/index.js';
import type { Database } from '../src/platform/database/index.js';
import { Secrets } from '../src/platform/secrets/index.js';
import { SuppressionRepository, Suppressions } from '../src/suppressions/index.js';

/** Suppressed addresses of a test's database. */
export function testSuppressions(database: Database): Suppressions {
  const secrets = new Secrets(new Config({ secretKey: Buffer.alloc(32, 7) } as unknown as Config));
  return new Suppressions(new SuppressionRepository(database), secrets, new ChannelRegistry());
}
