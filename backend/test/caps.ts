import { CapsService } from '../src/delivery-rules/index.js';
import { CapsRepository } from '../src/delivery-rules/caps.repository.js';
import { RuleSettingsRepository } from '../src/delivery-rules/rule-settings.repository.js';
import { RuleSettings } from '../src/delivery-rules/rule-settings.service.js';
import type { Database } from '../src/platform/database/index.js';

/** Limits on messages, for who asks about them. */
export function testCaps(database: Database): CapsService {
  return new CapsService(new CapsRepository(database), new RuleSettings(new RuleSettingsRepository(database)));
}
