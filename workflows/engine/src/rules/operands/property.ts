import { valueAt } from '../../value.js';
import type { OperandRule } from './operand.js';

export const property: OperandRule<'property'> = {
  look: ({ path }, scene) => valueAt(scene.property, path),
  ofRun: false,
};
