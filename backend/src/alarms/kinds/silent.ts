import { defineKind } from '../kind.js';
import { messagesOf, number, plural } from '../words.js';
import { silentSql } from './silent.sql.js';

type Figures = {
  /** What went out in the same hours of the last seven days, yesterday first. */
  days: number[];
  channels: string[];
};

/** On so many of the seven days much went out: what is sent at weekends only, or once, is not missed. */
const usualDays = 5;

export const silent = defineKind<Figures>({
  window: 'hours',
  measure: ({ measures, window }) => measures.readings(silentSql, [window]),
  // The same day of the week has to be one of them: who sends from Monday to Friday sleeps on Saturday.
  judge: ({ days }, { messages = 1 }) =>
    days.filter((sent) => sent >= messages).length >= usualDays && (days[6] ?? 0) >= messages ? 'over' : 'calm',
  words: ({ figures: { days, channels }, journeyId }, { hours = 1 }) => ({
    summary: `No ${messagesOf(channels)} went out in the last ${plural(hours, 'hour')}. In the same hours of the last seven days it was ${number(median(days))} a day.`,
    advice:
      journeyId === null
        ? 'Check whether journeys still send by this channel: whether messages wait in the Outbox, whether journeys are paused, and whether events still come in.'
        : 'Check whether people still enter: whether the events that it starts from come in (Events), whether a filter or segment has changed, and “Why isn’t someone in this journey?” among the journey’s runs.',
  }),
  path: ({ journeyId }) => (journeyId === null ? '/outbox' : `/journeys/${journeyId}`),
});

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
}
