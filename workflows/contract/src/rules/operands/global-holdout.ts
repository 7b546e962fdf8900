import type { OperandDefinition } from './operand.js';
import { yesOrNo } from './values.js';

/** Whether the person is in the global holdout of the workspace. */
export type GlobalHoldoutOperand = { source: 'globalHoldout' };

export const globalHoldout: OperandDefinition<'globalHoldout'> = {
  fields: {},
  scopes: ['profile'],
  values: () => ({ ...yesOrNo, instead: 'A person is in the global holdout or is not. Choose “is”.' }),
  changedBy: () => ({ settings: ['holdout'] }),
  words: () => 'in the global holdout',
  clauseWords: (_, { is, value }) =>
    (is === 'equals' || is === 'notEquals') && typeof value === 'boolean'
      ? `${value === (is === 'equals') ? 'is' : 'is not'} in the global holdout`
      : null,
};
