import type { JsonObject } from '@wend/contract';

/** A template: `html` escapes every output (use `| raw` for what is HTML on purpose), `none` does not. */
export type Template = { source: string; escape: 'html' | 'none' };
export type RenderProblem = { path: string; message: string };
/** What templates see. `event` is another name for `entry`; `now` is the run's time, ISO 8601. */
export type Variables = { profile: JsonObject; entry: JsonObject; event: JsonObject; run: JsonObject; now: string; /** Only in messages. */ unsubscribe_url?: string };

export type RenderJob = {
  templates: Record<string, Template>;
  variables: Variables;
  /** Make a mail of the value named `body`, with the value named `preheader` as its preview text. */
  mail?: boolean;
};
/** A job on its way to a thread, with the time it may take there. */
export type ThreadJob = RenderJob & { renderMs: number };

/** A mail cut at its links, so that whoever sends it can put tracked addresses there. */
export type MailPart = { html: string } | { link: string } | { pixel: true };
export type MailDocument = { parts: MailPart[]; text: string };

export type RenderResult =
  | { kind: 'values'; values: Record<string, string>; mail?: MailDocument; warnings: RenderProblem[] }
  /** `{% abort_message('why') %}`: this message is not for this person. */
  | { kind: 'aborted'; reason: string }
  | { kind: 'errors'; errors: RenderProblem[]; /** It used up its time. */ slow?: boolean };

/** Limits of one message's rendering. Time in ms, lengths in characters. */
export const renderLimits = { templateLength: 300_000, renderMs: 500, memory: 10_000_000, outputLength: 600_000, variablesLength: 500_000 } as const;
