import { defineKind } from '../kind.js';
import { lastErrorWords, messagesOf, minutes, number, outboxPath } from '../words.js';
import { mostCounted, queueSql } from './queue.sql.js';

type Figures = {
  /** Due for longer than the limit; of very many the first. */
  waiting: number;
  /** How long the oldest has been due. */
  minutes: number;
  /** How many came to an end meanwhile. */
  left: number;
  /** A rate or daily limit holds them. */
  limited: boolean;
  channels: string[];
  /** Of one that waits; null where none was tried. */
  lastError: string | null;
};

/** A large send takes its time: as long as more go out than wait, and as long as a limit lets some out, nothing is wrong. */
function stalls({ waiting, left, limited }: Figures): boolean {
  return left === 0 || (!limited && left < waiting);
}

export const queue = defineKind<Figures>({
  window: 'minutes',
  measure: ({ measures, registry, window }) => {
    const providers = registry.allProviders();
    return measures.readings(queueSql, [
      window,
      providers.map(({ name }) => name),
      providers.map(({ channel }) => channel),
    ]);
  },
  judge: (figures, { messages = 1 }) => {
    if (!stalls(figures)) return 'calm';
    return figures.waiting >= messages ? 'over' : 'near';
  },
  words: ({ figures, journeyId }, settings) => {
    const { waiting, left, channels, lastError } = figures;
    const many = waiting >= mostCounted ? `${number(mostCounted)} or more` : number(waiting);
    const meanwhile = left === 0 ? 'none went out' : `${number(left)} went out`;
    return {
      summary: `${many} ${messagesOf(channels)} have been due for more than ${minutes(settings['minutes']!)}, the oldest for ${minutes(figures.minutes)}; meanwhile ${meanwhile}.${lastErrorWords(lastError)}`,
      advice: `Check that a worker runs and that the connections of the channel are up (Settings → Channels). ${
        journeyId === null
          ? 'Another connection of the same channel takes over what this one has not begun.'
          : 'What waits goes out by itself once it can; pause the journey if it should not.'
      }`,
    };
  },
  path: (subject) => outboxPath(subject, 'queued,sending'),
});
