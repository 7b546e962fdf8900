import { valueAt } from '../../value.js';
import type { OperandRule } from './operand.js';

export const entry: OperandRule<'entry'> = { look: ({ path }, scene) => valueAt(scene.entry, path), ofRun: true };
