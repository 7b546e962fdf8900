import type { Rule } from '../../rule.js';
import { countValues, countWords, filterWords } from './counts.js';
import type { OperandDefinition } from './operand.js';
import { windowChanges, windowFields, windowProblem, windowWords } from './window.js';
import type { Window } from './window.js';

/** How often the person did something, ever or in a window. */
export type EventCountOperand = Window & {
  source: 'eventCount';
  event: string;
  where?: Rule | undefined;
};

export const eventCount: OperandDefinition<'eventCount'> = {
  fields: { event: { is: 'text', most: 200 }, where: { is: 'rule', optional: true }, ...windowFields },
  scopes: ['profile'],
  values: () => countValues,
  problem: windowProblem,
  changedBy: (operand) => ({ events: [operand.event], ...windowChanges(operand) }),
  words: (operand, inBrackets) => `number of ${eventWords(operand, inBrackets)}`,
  clauseWords: (operand, compare, inBrackets) => {
    const words = { some: 'did', none: 'did not do', times: (comparison: string) => `did ${comparison}` };
    const happened = countWords(compare, words);
    return happened === null ? null : `${happened} ${eventWords(operand, inBrackets)}`;
  },
};

function eventWords(operand: EventCountOperand, inBrackets: (rule: Rule) => string): string {
  return `${operand.event}${filterWords(operand.where, inBrackets)}${windowWords(operand)}`;
}
