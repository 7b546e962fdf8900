import type { JsonObject } from '../json.js';
import { sms } from './sms.js';

/** On which channel a message goes out when its own network says for good that it cannot deliver. */
export const fallbackChannel = sms.name;
/** The setting of a step that holds what is sent then. */
export const fallbackSetting = 'smsFallback';

/** The settings of what is sent instead; null where a step sends nothing. */
export function fallbackConfig(config: JsonObject): JsonObject | null {
  const { [fallbackSetting]: text, messageClass, topic, whenCapped, latestHours } = config;
  const { whenQuiet, quietHours, quietWindows } = config;
  if (typeof text !== 'string' || text.trim() === '') return null;
  const same = { messageClass, topic, whenCapped, latestHours, whenQuiet, quietHours, quietWindows };
  return { text, ...Object.fromEntries(Object.entries(same).filter(([, value]) => value !== undefined)) };
}
