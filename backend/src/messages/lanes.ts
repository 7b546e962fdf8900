import { createHash } from 'node:crypto';

/**
 * How messages wait: `single` ones of runs that began alone, sent again or as a test; `bulk` of runs that many people
 * began together; `transactional` before all. The number in a lane (also in enrollments/commit.sql.ts).
 */
export const laneClasses = { single: 0, bulk: 1, transactional: 2 } as const;
export type LaneClass = keyof typeof laneClasses;

/** Receivers of a class: 0 while it is not known, else 1 to 4,095 by its name. Few of a workspace share one. */
const receivers = 4_096;
/** In the order in which they go. */
export const classesInOrder = ['transactional', 'single', 'bulk'] as const satisfies LaneClass[];

/** The receiver's number: 0 where it has no name. */
export function laneOf(receiver: string | null): number {
  return receiver === null ? 0 : 1 + (createHash('sha1').update(receiver).digest().readUInt32BE(0) % (receivers - 1));
}

/** A lane as it is stored. */
export function laneIn(of: LaneClass, receiver: number): number {
  return laneClasses[of] * receivers + receiver;
}

/** The class that a stored lane is of. */
export function classOf(lane: number): LaneClass {
  const number = Math.floor(lane / receivers);
  return number === laneClasses.transactional ? 'transactional' : number === laneClasses.bulk ? 'bulk' : 'single';
}

/** What messages of a lane are written in: those that are urgent never wait for what others write. */
export function lineOf(lane: number): 'urgent' | 'others' {
  return classOf(lane) === 'transactional' ? 'urgent' : 'others';
}
