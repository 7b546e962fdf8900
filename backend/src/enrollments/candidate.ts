import type { EntryLimits, Json, JsonObject } from '@wend/contract';
import type { StoredStart } from './program.repository.js';
import type { EntryRow } from './router.repository.js';

/** What lets a person in: an event, or something else under a name that it alone has in the journey. */
export type Cause = { event: string } | { name: string };
/**
 * What brings a person in once however it is named: runs of hers in the journey whose cause begins with `cause`, with
 * `data` among what came with them, were for the same. `sameKey`: those with the same value of the entry key alone.
 */
export type Occasion = { cause: string; data: JsonObject; sameKey?: boolean };
/** The journey that a person is about to enter, as it is published. */
export type EnteredJourney = Pick<EntryRow, 'workspace_id' | 'journey_id' | 'version_id' | 'program_hash' | 'reentry'>;
/** A person about to enter by an entry, `node`. `receivedAt`: when what lets them in was received. */
export type Candidate = {
  entry: EnteredJourney;
  node: string;
  profileId: string;
  cause: Cause;
  occasions?: readonly Occasion[] | undefined;
  receivedAt: Date;
  key: string;
  enrollmentId: string;
  start: StoredStart;
  /** What comes with who comes in by no event. */
  data?: Record<string, Json>;
  /** How many actions of runs led here, one by the other; 0 when left out. */
  depth?: number;
  /** One of many who come in together: their messages let those of single people pass. */
  bulk?: boolean;
};

/** What `journey_control.limits` holds. */
export type StoredLimits = EntryLimits & { holdoutPercent?: number; holdoutControl?: boolean };
/** Whether a journey takes people in, and how many. */
export type JourneyControl = {
  journey_id: string;
  state: 'live' | 'paused' | 'stopped';
  limits: StoredLimits | null;
};

/** What let a candidate in, as one text. */
export function causeText({ cause }: Pick<Candidate, 'cause'>): string {
  return 'event' in cause ? cause.event : cause.name;
}
