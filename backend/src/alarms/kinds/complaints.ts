import { defineKind } from '../kind.js';
import { messagesOf, minutes, number, outboxPath, percent } from '../words.js';
import { complaintsSql } from './complaints.sql.js';
import { judgeShare, shareOf } from './share.js';
import type { ShareFigures } from './share.js';

/** One person who complains is no alarm, nor are two. */
const least = 3;

export const complaints = defineKind<ShareFigures>({
  window: 'hours',
  measure: ({ measures, window, since }) => measures.readings(complaintsSql, [window, since ?? null]),
  ...judgeShare({ least }),
  words: ({ figures, journeyId }, settings) => ({
    summary: `${number(figures.bad)} complaints about ${number(Math.max(figures.total, figures.bad))} ${messagesOf(figures.channels)} in the last ${minutes(settings['hours']! * 60)}: ${percent(shareOf(figures))} (limit ${percent(settings['percent']!)}). Mailbox providers block senders whose mail is often marked as spam.`,
    advice:
      journeyId === null
        ? 'Find the journey whose messages people complain about, and pause it. Write to people who have asked for it, and make it easy to unsubscribe.'
        : 'Pause the journey and check who enters it, how often they are written to, and whether they have asked for it.',
  }),
  path: (subject) => outboxPath(subject, 'sent,delivered,opened,clicked'),
});
