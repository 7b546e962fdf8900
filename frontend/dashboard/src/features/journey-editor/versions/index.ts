import type { LayerSlots } from '../layers';
import { VersionEffects } from './version-effects';
import { VersionPanel } from './version-panel';

/** What was published, and what changed from one to another. */
export const versionsLayer: LayerSlots = { Effects: VersionEffects, Panel: VersionPanel };
