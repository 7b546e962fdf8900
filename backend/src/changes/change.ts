/**
 * What changed: an event of a name was stored, a trait (top level) has another value, a person was `created` or took
 * another one in (`merged`), a consent (channel), device (kind), message (state), run (journey), suppression (channel) or membership of a
 * segment (id) is another one, or a `time` that a listener has set has come (the listener's own name for it).
 */
export type ChangeKind =
  'event' | 'trait' | 'profile' | 'consent' | 'device' | 'message' | 'run' | 'segment' | 'suppression' | 'time';

/** What somebody wants to hear of; the name '*' is all of the kind. */
export type Watch = { what: Exclude<ChangeKind, 'time'>; name: string };

/**
 * One change of one person. `import`: from the past of another system; it counts, and starts and wakes nothing. The id
 * and the time of receipt are those of an event.
 */
export type ProfileChange = {
  profileId: string;
  what: ChangeKind;
  name: string;
  origin: 'live' | 'demo' | 'import';
  event: { id: string; receivedAt: Date } | null;
};
