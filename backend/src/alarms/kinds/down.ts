import { defineKind } from '../kind.js';
import { lastErrorWords, minutes } from '../words.js';
import { downSql } from './down.sql.js';

type Figures = {
  minutes: number;
  /** Since a message last went out; null: none ever did. */
  okMinutes: number | null;
  lastError: string | null;
};

export const down = defineKind<Figures>({
  window: 'minutes',
  measure: ({ measures }) => measures.readings(downSql, []),
  // One that comes and goes is not well.
  judge: (figures, { minutes: limit = 1 }) => (figures.minutes > limit ? 'over' : 'near'),
  words: ({ figures }) => ({
    summary: `The connection has been down for ${minutes(figures.minutes)}${figures.okMinutes === null ? '' : `; the last message went out by it ${minutes(figures.okMinutes)} ago`}.${lastErrorWords(figures.lastError)}`,
    advice:
      'Press “Test” beside the connection under Settings → Channels. If the credentials were changed, enter the new ones; if the provider has an outage, add another connection: messages go by the next one that is up.',
  }),
  path: () => '/settings?tab=channels',
});
