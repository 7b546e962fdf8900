/**
 * Why somebody did not come in: not of the entry's audience, the re-entry rule, a limit, the holdout, an event that was
 * too old, a journey (or entry) that was not open, a schedule that came while the journey was paused, or that nothing ran
 * for until it was too late.
 */
export const entryRefusalReasons = [
  'filter',
  'reentry',
  'limit',
  'holdout',
  'too-old',
  'stopped',
  'paused',
  'missed',
] as const;
export type EntryRefusalReason = (typeof entryRefusalReasons)[number];
