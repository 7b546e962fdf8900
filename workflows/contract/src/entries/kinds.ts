import { apiEntry } from './api.js';
import type { ApiWayIn } from './api.js';
import { businessEntry } from './business.js';
import type { BusinessWayIn } from './business.js';
import { dateEntry } from './date.js';
import type { DateWayIn } from './date.js';
import { debounceEntry } from './debounce.js';
import type { DebounceWayIn } from './debounce.js';
import { eventEntry } from './event.js';
import type { EventWayIn } from './event.js';
import type { EntryKindDefinition, WayInFilters } from './kind.js';
import { journeyEntry } from './journey.js';
import type { JourneyWayIn } from './journey.js';
import { omissionEntry } from './omission.js';
import type { OmissionWayIn } from './omission.js';
import { placeEntry } from './place.js';
import type { PlaceWayIn } from './place.js';
import { scheduleEntry } from './schedule.js';
import type { ScheduleWayIn } from './schedule.js';
import { segmentEntry } from './segment.js';
import type { SegmentWayIn } from './segment.js';

/** How people come in, as a published version says it. A kind adds its shape here. */
export type WayIn = (
  | EventWayIn
  | SegmentWayIn
  | ApiWayIn
  | ScheduleWayIn
  | DateWayIn
  | BusinessWayIn
  | OmissionWayIn
  | PlaceWayIn
  | DebounceWayIn
  | JourneyWayIn
) &
  WayInFilters;
export type EntryKind = WayIn['kind'];
export type WayInOf<Kind extends EntryKind> = Extract<WayIn, { kind: Kind }>;
/** A way in and the step that it is. */
export type Entry = WayIn & { node: string };
export type EntryOf<Kind extends EntryKind> = Extract<Entry, { kind: Kind }>;

/** The kinds of entries. See README.md. */
export const entryKinds: Readonly<Record<EntryKind, EntryKindDefinition>> = {
  event: eventEntry,
  segment: segmentEntry,
  api: apiEntry,
  schedule: scheduleEntry,
  date: dateEntry,
  business: businessEntry,
  omission: omissionEntry,
  place: placeEntry,
  debounce: debounceEntry,
  journey: journeyEntry,
};
export const entryKindNames = Object.keys(entryKinds) as [EntryKind, ...EntryKind[]];
