import { exitSchemas } from './graph.js';
import type { ExitCriterion, Graph, Issue } from './graph.js';
import { eventFilterIssues, repeatedIds, settingsProblem } from './validate-event-filter.js';

const most = 20;
const words = { noun: 'exit event', a: 'An exit criterion', on: 'Exit on' };

/** What keeps the exit criteria of a draft from being published. */
export function exitIssues({ exitCriteria }: Graph['settings']): Issue[] {
  const repeated = repeatedIds(exitCriteria);
  return [
    ...(exitCriteria.length > most
      ? [
          settingsProblem(
            'settings.exitCriteria',
            `The journey has ${exitCriteria.length} exit criteria. The maximum is ${most}.`,
            'Remove some exit criteria.',
          ),
        ]
      : []),
    ...exitCriteria.flatMap((criterion, index) => {
      const path = `settings.exitCriteria[${index}]`;
      return [
        ...(repeated.has(index)
          ? [settingsProblem(path, 'Two exit criteria have the same ID.', 'Remove one of them and add it again.')]
          : []),
        ...criterionIssues(criterion, path),
      ];
    }),
  ];
}

function criterionIssues(criterion: ExitCriterion, path: string): Issue[] {
  switch (criterion.kind) {
    case 'segment':
      return chosenIssues({ criterion, schema: exitSchemas.segment, path, what: 'a segment' });
    case 'consent':
      return chosenIssues({ criterion, schema: exitSchemas.consent, path, what: 'a channel' });
    default:
      return eventFilterIssues({ item: criterion, path, words, schema: exitSchemas.event });
  }
}

type ChosenIssuesOptions = {
  criterion: ExitCriterion;
  schema: (typeof exitSchemas)['segment' | 'consent'];
  path: string;
  what: string;
};

/** What the schema refuses of a criterion that names something chosen from a list, one problem per place. */
function chosenIssues({ criterion, schema, path, what }: ChosenIssuesOptions): Issue[] {
  const fields = new Set(schema.safeParse(criterion).error?.issues.map((issue) => issue.path[0]));
  return [...fields].map((field) =>
    field === 'id'
      ? settingsProblem(path, 'An exit criterion has an invalid ID.', 'Remove it and add it again.')
      : field === 'topic'
        ? settingsProblem(`${path}.topic`, 'An exit criterion names an invalid topic.', 'Choose another topic.')
        : settingsProblem(
            `${path}.${String(field)}`,
            `An exit criterion lacks ${what}.`,
            `Choose ${what} or remove it.`,
          ),
  );
}
