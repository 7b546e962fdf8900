import type { ActSettings, Fact, JsonObject, Program } from '@wend/contract';
import { reasoned } from './reasoned.js';
import type { Stretch } from './stretch.js';

/** A step's settings filled in, or why that cannot be done. */
export type Filled = { settings: JsonObject } | { problem: { path: string; message: string } };

export function settingsOf(stretch: Stretch, settings: ActSettings): Filled {
  if ('fixed' in settings) return { settings: settings.fixed };
  const answer = reasoned(stretch.state.facts?.[settings.fact]);
  const values = reasoned(answer?.['values']);
  if (answer?.['ok'] === true && values) return { settings: values };
  const { path, message } = answer ?? {};
  return {
    problem: {
      path: typeof path === 'string' ? path : '',
      message: typeof message === 'string' ? message : 'The settings of this step could not be filled in.',
    },
  };
}

/** What must be known to fill them in. */
export function factsOfSettings(settings: ActSettings, { facts }: Pick<Program, 'facts'>): Fact[] {
  const fact = 'fact' in settings ? facts[settings.fact] : undefined;
  return fact ? [fact] : [];
}
