import { countValues, countWords } from './counts.js';
import type { OperandDefinition } from './operand.js';
import { journeyField, nameField } from './values.js';
import { windowChanges, windowFields, windowProblem, windowWords } from './window.js';
import type { Window } from './window.js';

const states = ['in', 'entered', 'completed', 'exited'] as const;

/**
 * How many runs of one journey, or of all, the person has: those that go on now (`in`, which has no window), that began,
 * that came to their end, or that left by an exit criterion, in the window. Test runs don't count.
 */
export type JourneysOperand = Window & {
  source: 'journeys';
  state: (typeof states)[number];
  journey?: string | undefined;
  /** What the journey was called when it was chosen: for words only. */
  name?: string | undefined;
};

export const journeys: OperandDefinition<'journeys'> = {
  fields: {
    state: { is: 'choice', of: states },
    journey: { ...journeyField, optional: true },
    name: nameField,
    ...windowFields,
  },
  scopes: ['profile'],
  values: () => countValues,
  problem: (operand) =>
    operand.state === 'in' && windowWords(operand) !== ''
      ? { field: 'withinSeconds', message: 'Who is in a journey is in it now: remove the window.' }
      : windowProblem(operand),
  changedBy: (operand) => ({ journeys: true, ...windowChanges(operand) }),
  words: (operand) => `number of times ${operand.state} ${journeyWords(operand)}${windowWords(operand)}`,
  clauseWords: (operand, compare) => {
    const [verb, never] = {
      in: ['is in', 'is not in'],
      entered: ['entered', 'never entered'],
      completed: ['completed', 'never completed'],
      exited: ['exited', 'never exited'],
    }[operand.state] as [string, string];
    const happened = countWords(compare, { some: verb, none: never, times: (times) => `${verb} ${times}` });
    return happened === null ? null : `${happened} ${journeyWords(operand)}${windowWords(operand)}`;
  },
};

function journeyWords({ journey, name }: JourneysOperand): string {
  if (name !== undefined) return `the journey “${name}”`;
  return journey === undefined ? 'any journey' : 'a journey';
}
