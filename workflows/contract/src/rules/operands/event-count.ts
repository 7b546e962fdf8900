import { durationWords } from '../../manifest-words.js';
import type { Comparand, Rule } from '../../rule.js';
import type { Comparison } from '../operators/index.js';
import type { OperandDefinition } from './operand.js';
import { counting, within } from './values.js';

/** How often the person did something, ever or within a time before now. */
export type EventCountOperand = {
  source: 'eventCount';
  event: string;
  where?: Rule | undefined;
  withinSeconds?: number | undefined;
};

export const eventCount: OperandDefinition<'eventCount'> = {
  fields: {
    event: { is: 'text', most: 200 },
    where: { is: 'rule', optional: true },
    withinSeconds: { is: 'whole', most: 63_072_000, optional: true },
  },
  scopes: ['profile'],
  values: () => ({
    operators: counting,
    offered: ['atLeast', 'equals', 'atMost', 'greaterThan', 'lessThan'],
    instead: 'A count is always known. Compare it with a number, such as “at least 1”.',
    folds: false,
    problem: (is, value) =>
      within({
        is,
        value,
        from: 0,
        to: Number.MAX_SAFE_INTEGER,
        words: 'A count must be a whole number from 0, such as 3.',
      }),
  }),
  changedBy: ({ event, withinSeconds }) => ({
    events: [event],
    ...(withinSeconds === undefined ? {} : { time: true }),
  }),
  words: (operand, inBrackets) => `number of ${eventWords(operand, inBrackets)}`,
  clauseWords: (operand, { is, value }, inBrackets) => {
    const happened = countWords(is, value);
    return happened === null ? null : `${happened} ${eventWords(operand, inBrackets)}`;
  },
};

function eventWords({ event, where, withinSeconds }: EventCountOperand, inBrackets: (rule: Rule) => string): string {
  const filter = where && !(where.op === 'all' && where.rules.length === 0) ? ` where ${inBrackets(where)}` : '';
  return `${event}${filter}${withinSeconds === undefined ? '' : ` in the last ${durationWords(withinSeconds)}`}`;
}

/** `did` and `did not do` for the counts that mean just that. */
function countWords(is: Comparison, value: Comparand | undefined): string | null {
  if ((is === 'atLeast' && value === 1) || (is === 'greaterThan' && value === 0)) return 'did';
  if ((is === 'equals' && value === 0) || (is === 'lessThan' && value === 1) || (is === 'atMost' && value === 0))
    return 'did not do';
  if (typeof value !== 'number') return null;
  const counts: Partial<Record<Comparison, string>> = {
    atLeast: `did at least ${value}×`,
    atMost: `did at most ${value}×`,
    equals: `did exactly ${value}×`,
    greaterThan: `did more than ${value}×`,
    lessThan: `did less than ${value}×`,
  };
  return counts[is] ?? null;
}
