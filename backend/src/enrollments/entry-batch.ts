import type { EntryBatch, JsonObject, RecipientCounts, Recipients } from '@wend/contract';
import type { ZonePeople } from '../profiles/index.js';
import type { Occasion } from './candidate.js';
import type { ChosenPeople } from './chosen-people.sql.js';

/** `onlyNew`: not who came in by this entry since they are in it. */
export type InSegment = { segmentId: string; expected?: number; zones?: ZonePeople; onlyNew?: true };
/**
 * Whom a batch finds out by itself. `expected`: about how many somebody said yes to; `zones`: only those of the segment
 * who live there.
 */
type FoundSource = InSegment | { everyone: true } | { chosen: ChosenPeople };
/** Those whom a step of a run reaches. */
export type Reaching = {
  /** Of a list only how it was found, once it is known who that is. */
  who: Recipients;
  most: number;
  /** The run that asks, and the journey and the step that it is in. */
  run: string;
  journeyId: string;
  node: string;
  /** Names, as hex, what somebody gets only once: in all `withinSeconds`, or ever (null). */
  key: string;
  withinSeconds: number | null;
  /** Whether the person of the run is reached too. */
  self: boolean;
  by: { depth: number; origin: 'live' | 'demo'; runOffsetMs: number };
  /** What was found. */
  counts?: RecipientCounts;
};
type RecipientsSource = { recipients: Reaching };
/** Whom a batch lets in. */
export type BatchSource = FoundSource | RecipientsSource | { profileIds: readonly string[] };
export type StoredSource = FoundSource | RecipientsSource | { people: number };

export type EntryBatchRow = {
  workspace_id: string;
  id: string;
  journey_id: string;
  node: string;
  source: StoredSource;
  cause: string;
  occasions: Occasion[] | null;
  name: string;
  data: JsonObject;
  at: Date;
  state: EntryBatch['state'];
  total: number;
  entered: number;
  held: number;
  refused: Record<string, number>;
  requested_by: string | null;
  error: string | null;
  attempts: number;
  created_at: Date;
  finished_at: Date | null;
  /** It came to an end with people on its list: they are taken off, and it is written down that they were kept out. */
  clearing: boolean;
};
export type NewEntryBatch = Pick<
  EntryBatchRow,
  'journey_id' | 'node' | 'cause' | 'name' | 'data' | 'at' | 'requested_by'
> & {
  source: BatchSource;
  /** Where the people of one cause come in several batches: which of them. */
  part?: string;
  /** Where people may come in for the same by other causes. */
  occasions?: readonly Occasion[];
};

/** Whether so many are not about as many as somebody said yes to. */
export function countChanged(count: number, expected: number): boolean {
  return Math.abs(count - expected) > expected / 10;
}

/** The batch, or its list, is not what it was when somebody last looked: look again. */
export class BatchChanged extends Error {}
