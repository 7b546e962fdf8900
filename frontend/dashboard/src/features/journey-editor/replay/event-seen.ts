import { pathOf, shownValue } from '@wend/contract/plain';
import type { JsonObject } from '@wend/contract';
import { formatTime, hoverTime } from '../runs/format';
import type { ReplayTexts } from './replay-texts';
import { valueWords } from './value-words';
import type { WhyRow } from './why';

type EventSeenOptions = {
  texts: ReplayTexts;
  event: { time: number; properties: JsonObject };
  zone: string | null;
  their?: string | null;
};

/** When an event was, and the first of what it carried. */
export function eventSeen({ texts, event, zone, their }: EventSeenOptions): Pick<WhyRow, 'seen' | 'hover'> {
  const properties = Object.entries(event.properties)
    .filter(([, value]) => value === null || typeof value !== 'object')
    .slice(0, 4)
    .map(([name, value]) => `${name} = ${valueWords(texts.replay, { value: shownValue(value, pathOf([name])) })}`);
  return {
    seen: [formatTime(event.time, { style: 'date-seconds', zone }), ...properties].join(' · '),
    ...hoverOf(texts, event.time, their),
  };
}

/** On hover: the time exactly, and where the person is. */
export function hoverOf(
  { time }: ReplayTexts,
  at: number | string,
  their: string | null | undefined,
): Pick<WhyRow, 'hover'> {
  return their === undefined ? {} : { hover: hoverTime(time, { at, their }) };
}
