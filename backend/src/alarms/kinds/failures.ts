import { defineKind } from '../kind.js';
import { lastErrorWords, messagesOf, minutes, number, outboxPath, percent } from '../words.js';
import { failuresSql } from './failures.sql.js';
import { judgeShare, shareOf } from './share.js';
import type { ShareFigures } from './share.js';

/** Fewer are an accident, whatever their share. */
const least = 3;

export const failures = defineKind<ShareFigures>({
  window: 'minutes',
  measure: ({ measures, window, since }) => measures.readings(failuresSql, [window, since ?? null]),
  ...judgeShare({ least }),
  asksForError: true,
  words: ({ figures, journeyId }, settings) => {
    const { total, bad, channels, lastError } = figures;
    const most = Math.max(total, bad);
    return {
      summary: `${percent(shareOf(figures))} of ${number(most)} ${messagesOf(channels)} failed in the last ${minutes(settings['minutes']!)} (limit ${percent(settings['percent']!)}).${lastErrorWords(lastError)}`,
      advice:
        journeyId === null
          ? 'Look at the failed messages. If the provider refuses all of them, check the credentials, the sender and the account with the provider, or put another connection first under Settings → Channels.'
          : 'Look at the failed messages. If addresses are refused, pause the journey and check who enters it; if the provider refuses everything, check its connection under Settings → Channels. Failed messages can be sent again from the journey’s ledger.',
    };
  },
  path: (subject) => outboxPath(subject, 'failed,bounced'),
});
