import type { LayerSlots } from '../layers';
import { LiveEffects } from './live-effects';
import { LiveNote } from './live-note';
import { LivePanel } from './live-panel';

/** People and messages on the canvas, as they are now. */
export const liveLayer: LayerSlots = { Effects: LiveEffects, Panel: LivePanel, Note: LiveNote };
