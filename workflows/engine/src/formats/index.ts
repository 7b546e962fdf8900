import type { Interpreter } from './interpreter.js';
import { format1 } from './1/reduce.js';
import { format2 } from './2/reduce.js';
import { format3 } from './3/reduce.js';

/** The interpreters by program format. See README.md. */
export const interpreters: Readonly<Record<number, Interpreter>> = { 1: format1, 2: format2, 3: format3 };
