import type { AlarmKind } from '@wend/contract';
import type { KindCode } from '../kind.js';
import { complaints } from './complaints.js';
import { down } from './down.js';
import { failures } from './failures.js';
import { queue } from './queue.js';
import { silent } from './silent.js';
import { stuck } from './stuck.js';

/** How each kind of the contract is measured and said; one that is missing does not compile. */
export const kindCodes: Record<AlarmKind, KindCode> = { failures, complaints, silent, queue, stuck, down };
