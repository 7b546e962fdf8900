import { eventEntry } from './event.js';
import type { EventWayIn } from './event.js';
import type { EntryKindDefinition } from './kind.js';

/** How people come in, as a published version says it. A kind adds its shape here. */
export type WayIn = EventWayIn;
export type EntryKind = WayIn['kind'];
export type WayInOf<Kind extends EntryKind> = Extract<WayIn, { kind: Kind }>;
/** A way in and the step that it is. */
export type Entry = WayIn & { node: string };

/** The kinds of entries. See README.md. */
export const entryKinds: Readonly<Record<EntryKind, EntryKindDefinition>> = { event: eventEntry };
export const entryKindNames = Object.keys(entryKinds) as [EntryKind, ...EntryKind[]];
