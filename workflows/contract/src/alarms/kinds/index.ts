import type { AlarmKindDefinition } from '../kind.js';
import { complaints } from './complaints.js';
import { down } from './down.js';
import { failures } from './failures.js';
import { queue } from './queue.js';
import { silent } from './silent.js';
import { stuck } from './stuck.js';

/** Every kind of alarm, in the order in which they are listed. To add one, add its file here. */
export const alarmKinds = { failures, complaints, silent, queue, stuck, down } as const satisfies Record<
  string,
  AlarmKindDefinition
>;
export type AlarmKind = keyof typeof alarmKinds;
export const alarmKindNames = Object.keys(alarmKinds) as AlarmKind[];

/** What is set of a kind until somebody sets it. */
export function usualSettings(kind: AlarmKind): Record<string, number> {
  return Object.fromEntries(alarmKinds[kind].fields.map(({ name, usual }) => [name, usual]));
}
