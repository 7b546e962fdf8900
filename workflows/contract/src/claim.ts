/** The event that wakes whoever opened a digest when it is full. */
export const digestFull = 'Digest Full';

/** So many events of a digest travel with its list; of more, the last ones, in their order. */
export const longestDigest = 500;

/**
 * A decision among all runs of a person in a journey. `key`: Liquid; what is told apart by it beside the person.
 *
 * - `pass`: whether fewer than `most` went by within the last `withinSeconds`. Answers `port` (`next`, `throttled`),
 *   `count` (how many went by before) and `most`.
 * - `join`: whether this run opens a digest or joins an open one. Answers `port` (`opened`, `joined`) and `count`. `full`:
 *   with so many events it is full.
 * - `list`: closes the digest that this run opened. Answers `events` (`id`, `name`, `time` and `properties`, the
 *   earliest first) and `count`.
 */
export type Claim =
  | { kind: 'pass'; most: number; withinSeconds: number; key?: string }
  | { kind: 'join'; key?: string; full?: number }
  | { kind: 'list' };
