import type { GatheredEvent, Json, JsonObject, RunEvent, WaitResult } from '@wend/contract';
import { dayText } from '@wend/contract/values';
import { pickPaths } from './value.js';

/** A result travels with the run: so many characters of JSON at most are kept of properties. */
const longest = 16_000;
const msPerDay = 86_400_000;

type Event = Pick<RunEvent, 'name' | 'time' | 'properties'>;

/**
 * What later steps see of a wait: `event` (its name), `time` (ISO 8601) and kept properties of the event that people
 * left by; of several `events`, all of them in the order in which they came, and their `count`. Names of the wait's own
 * come before properties of the same name. Properties that there is no room for are named in `leftOut`.
 */
export function resultOfWait(
  { paths }: WaitResult,
  { event, gathered }: { event: Event; gathered?: readonly GatheredEvent[] | undefined },
): JsonObject {
  const room = new Room();
  const said = ({ name, time, properties }: Event): JsonObject => {
    const { kept, leftOut } = room.fit(paths ? pickPaths(properties, paths) : properties);
    return {
      ...kept,
      event: name,
      time: isoOf(time),
      ...(leftOut.length > 0 ? { leftOut } : {}),
    };
  };
  const last = said(event);
  if (!gathered) return last;
  return { ...last, events: gathered.map((each) => said(each.event)), count: gathered.length };
}

/** Of a wait that was over as it began, since what it waited for was so already: nothing came. */
export const resultOfNothing: JsonObject = { event: null, time: null };

/** ISO 8601, in UTC. */
function isoOf(time: number): string {
  const day = Math.floor(time / msPerDay);
  const at = (unit: number, below: number, length = 2): string =>
    String(Math.floor((time - day * msPerDay) / unit) % below).padStart(length, '0');
  return `${dayText(day)}T${at(3_600_000, 24)}:${at(60_000, 60)}:${at(1_000, 60)}.${at(1, 1_000, 3)}Z`;
}

class Room {
  private left = longest;

  /** The properties that there is room for, in their order, and the names of the others. */
  fit(properties: JsonObject): { kept: JsonObject; leftOut: string[] } {
    const leftOut: string[] = [];
    const kept: [string, Json][] = [];
    for (const [name, value] of Object.entries(properties)) {
      const size = name.length + JSON.stringify(value).length;
      if (size > this.left) leftOut.push(name);
      else {
        this.left -= size;
        kept.push([name, value]);
      }
    }
    return { kept: Object.fromEntries(kept), leftOut };
  }
}
