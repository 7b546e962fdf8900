import { valueAt } from '../../value.js';
import type { OperandRule } from './operand.js';

export const run: OperandRule<'run'> = { look: ({ path }, scene) => valueAt(scene.run, path), ofRun: true };
