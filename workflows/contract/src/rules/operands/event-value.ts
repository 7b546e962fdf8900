import type { Rule } from '../../rule.js';
import { comparisons, operators } from '../operators/index.js';
import { countValues, filterWords } from './counts.js';
import type { OperandDefinition, OperandValues } from './operand.js';
import { changedByZone, dateValues, personValues, numberValues } from './values.js';
import { windowChanges, windowFields, windowProblem, windowWords } from './window.js';
import type { Window } from './window.js';

const measures = ['sum', 'minimum', 'maximum', 'first', 'last', 'distinctDays'] as const;

/**
 * What comes of the events that the person did, ever or in a window: the sum, the lowest or the highest of a property
 * (`asNumber`), the time of the first or the last, or with a property its value then, and on how many days of the
 * calendar there was one. Where nothing happened the sum and the days are 0, all else has no value.
 */
export type EventValueOperand = Window & {
  source: 'eventValue';
  measure: (typeof measures)[number];
  event: string;
  /** The property, for all but days; without it `first` and `last` are times. */
  property?: string | undefined;
  where?: Rule | undefined;
};

const valuesOf: Record<EventValueOperand['measure'], OperandValues> = {
  sum: {
    ...numberValues,
    operators: comparisons.filter(
      (is) => ['any', 'number'].includes(operators[is].type) && operators[is].takes !== 'nothing',
    ),
    instead: 'A total is always known: it’s 0 where nothing happened. Compare it with a number, such as 100.',
  },
  minimum: numberValues,
  maximum: numberValues,
  first: dateValues,
  last: dateValues,
  distinctDays: { ...countValues, instead: 'A number of days is always known. Compare it with a number, such as 3.' },
};
const measureWords: Record<EventValueOperand['measure'], string> = {
  sum: 'total',
  minimum: 'lowest',
  maximum: 'highest',
  first: 'first',
  last: 'last',
  distinctDays: 'number of days',
};

export const eventValue: OperandDefinition<'eventValue'> = {
  fields: {
    measure: { is: 'choice', of: measures },
    event: { is: 'text', most: 200 },
    property: { is: 'text', most: 200, optional: true },
    where: { is: 'rule', optional: true },
    ...windowFields,
  },
  scopes: ['profile'],
  values: ({ measure, property }) =>
    property !== undefined && (measure === 'first' || measure === 'last') ? personValues : valuesOf[measure],
  problem: (operand) => {
    const { measure, property } = operand;
    if (property === undefined && (measure === 'sum' || measure === 'minimum' || measure === 'maximum'))
      return { field: 'property', message: 'Choose the property with the numbers, such as total.' };
    return windowProblem(operand);
  },
  changedBy: (operand) => ({
    events: [operand.event],
    ...windowChanges(operand),
    ...(operand.measure === 'distinctDays' ? changedByZone : {}),
  }),
  words: (operand, inBrackets) => {
    const { measure, event, property, where } = operand;
    const events = `${event}${filterWords(where, inBrackets)}${windowWords(operand)}`;
    if (measure === 'distinctDays') return `number of days with ${events}`;
    if (property === undefined) return `time of the ${measureWords[measure]} ${events}`;
    return measure === 'first' || measure === 'last'
      ? `${property} of the ${measureWords[measure]} ${events}`
      : `${measureWords[measure]} ${property} of ${events}`;
  },
};
