import type { LayerSlots } from '../layers';
import { FindAPerson } from './find-a-person';
import { ReplayDock } from './replay-dock';
import { ReplayEffects } from './replay-effects';
import { ReplayPanel } from './replay-panel';

/** One person's run on a time line, with the reason for every turn. */
export const replayLayer: LayerSlots = {
  Effects: ReplayEffects,
  Panel: ReplayPanel,
  Dock: ReplayDock,
  Actions: FindAPerson,
};
