import type { Json, JsonObject } from '@wend/contract';
import type { MailDocument, MessageTemplate } from '@wend/node-sdk';

/**
 * How what a template puts out is made safe for where it stands; see `placement.ts`. `| raw` marks what is right as it
 * is: HTML, JSON, a part of an address.
 */
export type { Escape } from '@wend/node-sdk';
export type Template = MessageTemplate;
export type RenderProblem = { path: string; message: string };
/** What templates see. `event` is another name for `entry`; `now` is the run's time, ISO 8601. */
export type Variables = {
  profile: JsonObject;
  entry: JsonObject;
  event: JsonObject;
  run: JsonObject;
  now: string;
  /** Only in messages: where the receiver leaves, chooses what they get, and confirms what they asked for. */
  unsubscribe_url?: string;
  preferences_url?: string;
  confirm_url?: string;
};
/** Where the person lives: zones in the order in which they are tried, UTC after them. Dates are printed there. */
export type Zones = readonly string[];

export type RenderJob = {
  templates: Record<string, Template>;
  variables: Variables;
  zones?: Zones;
  /** BCP 47: of month and weekday names, and of the mail. English without it. */
  language?: string;
  /** Paths whose templates, where they are one `{{ … }}` alone, are to keep the type of what comes out. */
  keepTypes?: readonly string[];
  /** Make a mail of the value named `body`, with the value named `preheader` as its preview text. */
  mail?: boolean;
};
/** A job on its way to a thread, with the time it may take there. */
export type ThreadJob = RenderJob & { renderMs: number };

/** What a thread answers to some jobs: in their order, with the time that each took. */
export type ThreadAnswer = { result: RenderResult; ms: number }[];

export type { MailDocument, MailPart } from '@wend/node-sdk';

export type RenderResult =
  /** `kept`: what kept its type, by path. */
  | {
      kind: 'values';
      values: Record<string, string>;
      kept?: Record<string, Json>;
      mail?: MailDocument;
      warnings: RenderProblem[];
    }
  /** `{% abort_message('why') %}`: this message is not for this person. */
  | { kind: 'aborted'; reason: string }
  | { kind: 'errors'; errors: RenderProblem[]; /** It used up its time. */ slow?: boolean };

/** Limits of one message's rendering. Time in ms, lengths in characters. */
export const renderLimits = {
  templateLength: 300_000,
  renderMs: 500,
  memory: 10_000_000,
  outputLength: 600_000,
  variablesLength: 500_000,
} as const;
