import { ConfigError, apiConfig } from '../platform/config/index.js';
import type { Config } from '../platform/config/index.js';

export type SeedConfig = { config: Config; loginFile: string };

/**
 * The settings of the seed process: those of the other processes, and where the demo's login is written. Throws
 * `ConfigError`.
 */
export function seedConfig(environment: Record<string, string | undefined> = process.env): SeedConfig {
  const loginFile = environment['WEND_DEMO_LOGIN_FILE'] ?? '';
  if (loginFile === '')
    throw new ConfigError(['WEND_DEMO_LOGIN_FILE is missing: give the file that the login of the demo is written to']);
  return { config: apiConfig(environment), loginFile };
}
