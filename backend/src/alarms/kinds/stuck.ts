import { defineKind } from '../kind.js';
import { lastErrorWords, minutes, plural } from '../words.js';
import { stuckSql } from './stuck.sql.js';

/** Runs of a journey, or events of a workspace that nobody could work on. */
type Figures = { count: number; minutes: number; lastError?: string | null };

export const stuck = defineKind<Figures>({
  window: 'minutes',
  measure: ({ measures, window }) => measures.readings(stuckSql, [window]),
  judge: ({ count }, { runs = 1 }) => (count >= runs ? 'over' : 'calm'),
  words: ({ figures, journeyId }, settings) =>
    journeyId === null
      ? {
          summary: `${plural(figures.count, 'event')} could not be worked on in the last ${minutes(settings['minutes']!)} and ${figures.count === 1 ? 'was' : 'were'} put aside: people may not have entered or moved on.${lastErrorWords(figures.lastError)}`,
          advice: 'Look at Settings → Failed events. Mend the cause, then retry them: nothing is lost.',
        }
      : {
          summary: `${plural(figures.count, 'run')} should have gone on more than ${minutes(settings['minutes']!)} ago, the first ${minutes(figures.minutes)} ago, and ${figures.count === 1 ? 'has' : 'have'} not.`,
          advice:
            'Check that a worker runs and that it reaches the Temporal server. Runs go on by themselves once it does; one that does not can be looked at and cancelled on the journey’s Runs.',
        },
  path: ({ journeyId }) => (journeyId === null ? '/settings?tab=dead-letters' : `/journeys/${journeyId}`),
});
