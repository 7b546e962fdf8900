import type { CallOutcome, Json, JsonObject, Program } from '@wend/contract';

/**
 * Something that is received at `at` and happened at `happened`; ms. `messageOf`, `visit`: it happened to the message
 * of that visit.
 */
export type Happening = {
  at: number;
  happened: number;
  name: string;
  properties: JsonObject;
  messageOf?: string;
  visit?: number;
};

/** Until when a wait is: `at` (ms), or a `port` that is taken at once. */
export type TimeAnswer = { at: number } | { port: string };
/** Settings of a step filled in, or why that cannot be done. */
export type FilledAnswer = { ok: true; values: JsonObject } | { ok: false; path: string; message: string };
/** What a claim comes to: a path, or the list of a digest. */
export type ClaimAnswer = { port: string } | { events: Json[]; count: number };

/** What happens to one person around one run. Events of the same `at` are received in one batch, in their order. */
export type Scenario = {
  program: Program;
  entryAt: number;
  events: Happening[];
  /**
   * Spans in which nothing but receiving goes on: events are stored, nobody works on them. In order, apart from each
   * other.
   */
  outages: { from: number; to: number }[];
  /** How long each custom node works and what it then comes to, by node and how often it was called in this visit. */
  calls: Record<string, { ms: number; outcomes: CallOutcome[] }>;
  /** What each fact of the program comes to whenever it is asked. */
  answers: (TimeAnswer | FilledAnswer | ClaimAnswer | boolean)[];
  /**
   * When somebody publishes the journey again as it is, and whoever waits goes on in the new version: waiting as before,
   * or, with `to`, at the step of that name.
   */
  moves?: { at: number; to?: string }[];
  /** Nothing after this counts. */
  until: number;
};

/**
 * What a run did, in words that can be compared: `node:port@time` for each node that it left, `send node#visit`, `act
 * kind node#visit`, `change node#visit`, `set node#visit`, and its end.
 */
export type Story = string[];

/** When something that could be done at `at` is done: the end of the outage that it falls into. */
export function upAt(scenario: Pick<Scenario, 'outages'>, at: number): number {
  const outage = scenario.outages.find(({ from, to }) => at >= from && at < to);
  return outage ? outage.to : at;
}
