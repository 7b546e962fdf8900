import type { EntryKind, EntryOf, Reentry } from '@wend/contract';
import type { Scope, Sql } from '../platform/database/index.js';
import type { EntryWindow, Verdict, WindowEvent } from './window.js';

type Deciding<Kind extends EntryKind> = {
  /** The transaction in which they are held; left out: they are only looked at. */
  sql?: Sql | undefined;
  entry: EntryOf<Kind>;
  reentry: Reentry;
  /** Windows of one entry, with all that share a key with them. */
  windows: readonly EntryWindow[];
  /** ms. */
  now: number;
};

/** A kind of entry that opens windows. */
export type WindowKind<Kind extends EntryKind = EntryKind> = {
  kind: Kind;
  /** The events that open them. */
  opensBy: (entry: EntryOf<Kind>) => string;
  /** What windows of a person share, '' for nothing. */
  keyOf: (given: { entry: EntryOf<Kind>; reentry: Reentry; event: WindowEvent }) => string;
  /** Whether an event opens none while one with its key is open. */
  shared: boolean;
  /** When it has to be decided, as far as this event says. */
  dueAt: (given: { entry: EntryOf<Kind>; event: WindowEvent }) => Date;
  /** What becomes of each, by id. */
  decide: (scope: Scope, given: Deciding<Kind>) => Promise<Map<string, Verdict>>;
  /** What it is called in the cause of a run: the window and its entry follow. */
  cause: string;
  /** What somebody did whose window is open; or why it let nobody in. */
  words: (given: { entry: EntryOf<Kind>; at: string; over: boolean }) => string;
};
