import { durationWords } from '../../manifest-words.js';
import type { Rule } from '../../rule.js';
import { countValues, countWords, filterWords } from './counts.js';
import type { OperandDefinition } from './operand.js';
import { windowChanges, windowFields, windowProblem, windowWords } from './window.js';
import type { Window } from './window.js';

/**
 * How often the person did one thing and then another within a time: later than it, and before so many seconds have
 * passed. `without`: how often the other did not follow, which is known as soon as the time has passed. The window is
 * that of the first.
 */
export type SequenceOperand = Window & {
  source: 'sequence';
  event: string;
  where?: Rule | undefined;
  then: string;
  thenWhere?: Rule | undefined;
  thenWithinSeconds: number;
  without?: boolean | undefined;
};

export const sequence: OperandDefinition<'sequence'> = {
  fields: {
    event: { is: 'text', most: 200 },
    where: { is: 'rule', optional: true },
    then: { is: 'text', most: 200 },
    thenWhere: { is: 'rule', optional: true },
    thenWithinSeconds: { is: 'whole', most: 63_072_000 },
    without: { is: 'flag', optional: true },
    ...windowFields,
  },
  scopes: ['profile'],
  values: () => countValues,
  problem: windowProblem,
  changedBy: (operand) => ({
    events: [...new Set([operand.event, operand.then])],
    ...windowChanges(operand),
    ...(operand.without ? { time: true } : {}),
  }),
  words: (operand, inBrackets) => `number of times the person did ${sequenceWords(operand, inBrackets)}`,
  clauseWords: (operand, compare, inBrackets) => {
    const words = { some: 'did', none: 'never did', times: (comparison: string) => `did ${comparison}` };
    const happened = countWords(compare, words);
    return happened === null ? null : `${happened} ${sequenceWords(operand, inBrackets)}`;
  },
};

function sequenceWords(operand: SequenceOperand, inBrackets: (rule: Rule) => string): string {
  const { event, where, then, thenWhere, thenWithinSeconds, without = false } = operand;
  const first = `${event}${filterWords(where, inBrackets)}${windowWords(operand)}`;
  return `${first}, then ${without ? 'not ' : ''}${then}${filterWords(thenWhere, inBrackets)} within ${durationWords(thenWithinSeconds)}`;
}
