import type { ChannelRegistry } from '../channels/index.js';
import type { MeasureRepository } from './measure.repository.js';

/** What an alarm is about: a journey, a connection, or with neither the workspace. */
export type Subject = { workspaceId: string; journeyId: string | null; connectionId: string | null };

/** What was measured of a subject that may be worth an alarm; subjects of which there is nothing to say have none. */
export type Reading<Figures> = Subject & { name: string; figures: Figures };

/** `near`: better than what raises an alarm, and not so well that it is over. */
export type Verdict = 'over' | 'near' | 'calm';

/** Numbers by the names of the kind's fields (contract). */
export type Settings = Record<string, number>;

export type MeasureOptions = {
  measures: MeasureRepository;
  registry: ChannelRegistry;
  /** The value of the kind's `window` field. */
  window: number;
  /** Only what came after this; all of the window without it. */
  since?: Date;
};

/** How a kind of alarm is measured, judged and said. Pure but for `measure`. */
export type KindCode<Figures extends object = object> = {
  /** The field that measuring goes by: what was measured for one value of it says nothing about another. */
  window: string;
  /** Of all workspaces at once, by statements whose cost does not grow with the messages. */
  measure: (options: MeasureOptions) => Promise<Reading<Figures>[]>;
  judge: (figures: Figures, settings: Settings) => Verdict;
  /** Whether the breaker's limit is passed; left out for kinds without a breaker. */
  trips?: (figures: Figures, settings: Settings) => boolean;
  /** What is wrong, with its numbers, in one or two sentences; and what to do. */
  words: (reading: Reading<Figures>, settings: Settings) => { summary: string; advice: string };
  /** Whether the last error of the subject's messages belongs to the words, as `figures.lastError`. */
  asksForError?: true;
  /** Where in the dashboard to look. */
  path: (subject: Subject) => string;
};

/** Keeps the figures of a kind typed where it is written, and lets all kinds stand in one list. */
export function defineKind<Figures extends object>(code: KindCode<Figures>): KindCode {
  return code as unknown as KindCode;
}

export function keyOf({ workspaceId, journeyId, connectionId }: Subject): string {
  return `${workspaceId}:${journeyId ?? ''}:${connectionId ?? ''}`;
}
