/**
 * Why somebody did not come in: not of the entry's audience, the re-entry rule, a limit, the holdout, an event that was
 * too old, or a journey (or entry) that was not open.
 */
export const entryRefusalReasons = ['filter', 'reentry', 'limit', 'holdout', 'too-old', 'stopped'] as const;
export type EntryRefusalReason = (typeof entryRefusalReasons)[number];
