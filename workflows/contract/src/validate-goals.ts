import { goal as goalSchema, mostGoals } from './graph.js';
import type { Goal, Graph, Issue } from './graph.js';
import { eventFilterIssues, repeatedIds, settingsProblem } from './validate-event-filter.js';
import { runPathsOf } from './rule-shape.js';
import type { Rule } from './rule.js';

const words = { noun: 'event', a: 'A goal', on: 'Goal on' };

/** What keeps the goals of a draft from being published. */
export function goalIssues({ goals = [] }: Graph['settings']): Issue[] {
  const repeated = repeatedIds(goals);
  return [
    ...(goals.length > mostGoals
      ? [
          settingsProblem(
            'settings.goals',
            `The journey has ${goals.length} goals. The maximum is ${mostGoals}.`,
            'Remove some goals.',
          ),
        ]
      : []),
    ...goals.flatMap((goal, index) => {
      const path = `settings.goals[${index}]`;
      return [
        ...(repeated.has(index)
          ? [settingsProblem(path, 'Two goals have the same ID.', 'Remove one of them and add it again.')]
          : []),
        ...eventFilterIssues({ item: goal, path, words, schema: goalSchema }),
        ...fieldIssues(goal, path),
      ];
    }),
  ];
}

function fieldIssues(goal: Goal, path: string): Issue[] {
  const wrong = new Set(goalSchema.safeParse(goal).error?.issues.map((issue) => issue.path[0]));
  const called = goal.name.trim() === '' ? 'A goal' : `The goal “${goal.name}”`;
  return [
    ...(wrong.has('name')
      ? [
          settingsProblem(
            `${path}.name`,
            goal.name.trim() === '' ? 'A goal has no name.' : 'A goal’s name can have at most 100 characters.',
            'Name the goal.',
          ),
        ]
      : []),
    ...(wrong.has('withinSeconds')
      ? [
          settingsProblem(
            `${path}.withinSeconds`,
            `${called} needs a time between 1 minute and 90 days.`,
            'Enter how long after coming in it counts.',
          ),
        ]
      : []),
    ...(wrong.has('value')
      ? [
          settingsProblem(
            `${path}.value`,
            `${called} names a value that is no property.`,
            'Choose a property, or clear the field.',
          ),
        ]
      : []),
    ...(wrong.has('currency')
      ? [
          settingsProblem(
            `${path}.currency`,
            `The currency of ${called.charAt(0).toLowerCase()}${called.slice(1)} must be three letters, such as EUR.`,
            'Enter a currency, or clear the field.',
          ),
        ]
      : []),
    ...(goal.where && namesRun(goal.where)
      ? [
          settingsProblem(
            `${path}.where`,
            `${called} compares with the result of a step. Goals also count after the run has ended, so they can only compare with the entry.`,
            'Remove the condition.',
          ),
        ]
      : []),
  ];
}

function namesRun(rule: Rule): boolean {
  if (rule.op === 'compare') return runPathsOf(rule).length > 0;
  return (rule.op === 'not' ? [rule.rule] : rule.rules).some(namesRun);
}
