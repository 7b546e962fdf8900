import { entry } from './entry-editor';
import { eventCount } from './event-count-editor';
import { localTime } from './local-time-editor';
import type { OperandEditors } from './operand-editor';
import { property } from './property-editor';
import { reachable } from './reachable-editor';
import { run } from './run-editor';
import { trait } from './trait-editor';

/** How each operand of the contract is written in a form. */
export const operandEditors: OperandEditors = { trait, eventCount, property, entry, run, reachable, localTime };
