import { entryLimits, exitCriterion, holdout as holdoutSchema, reentry as reentrySchema } from './graph.js';
import type { ExitCriterion, Graph, Issue } from './graph.js';
import { nameTooLong } from './structure.js';
import { pathText } from './validate-config.js';
import { isEmpty, ruleProblems } from './validate-rule.js';

const hint = 'Open the journey’s settings.';
const problem = (path: string, message: string, what = hint): Issue => ({
  code: 'invalid-settings',
  severity: 'error',
  path,
  message,
  hint: what,
});

/** What keeps the settings of a draft, which may be unfinished anywhere, from being published. */
export function settingsIssues({ settings }: Pick<Graph, 'settings'>): Issue[] {
  const { exitCriteria } = settings;
  const known = new Set<string>();
  return [
    ...reentryIssues(settings),
    ...limitIssues(settings),
    ...(exitCriteria.length > 20
      ? [
          problem(
            'settings.exitCriteria',
            `The journey has ${exitCriteria.length} exit events. The maximum is 20.`,
            'Remove some exit events.',
          ),
        ]
      : []),
    ...exitCriteria.flatMap((criterion, index) => {
      const path = `settings.exitCriteria[${index}]`;
      const repeated = known.has(criterion.id);
      known.add(criterion.id);
      return [
        ...(repeated
          ? [problem(path, 'Two exit events have the same ID.', 'Remove one of them and add it again.')]
          : []),
        ...exitIssues({ criterion, path }),
      ];
    }),
  ];
}

function reentryIssues({ reentry }: Graph['settings']): Issue[] {
  if (reentry.rule === 'after' && typeof reentry.afterSeconds !== 'number') {
    return [problem('settings.reentry.afterSeconds', 'Choose how long after their last entry people can re-enter.')];
  }
  const parsed = reentrySchema.safeParse(reentry);
  if (parsed.success) return [];
  return parsed.error.issues.map(({ path }): Issue =>
    path[0] === 'key'
      ? problem(
          'settings.reentry.key',
          'The property that people enter once per must be text of at most 200 characters.',
        )
      : problem(
          'settings.reentry.afterSeconds',
          'The time before people can re-enter must be between 1 second and 2 years.',
        ),
  );
}

const limitNames: Record<string, string> = {
  total: 'people in all',
  perDay: 'people per day',
  atOnce: 'people at once',
  perMinute: 'people per minute',
};

function limitIssues({ limits, holdout }: Graph['settings']): Issue[] {
  const wrong = limits === undefined ? [] : (entryLimits.safeParse(limits).error?.issues ?? []);
  const share = holdout === undefined || holdoutSchema.safeParse(holdout).success;
  return [
    ...wrong.map(({ path }) =>
      problem(
        `settings.limits.${String(path[0])}`,
        `The most ${limitNames[String(path[0])] ?? 'people'} must be a whole number of at least 1.`,
        'Enter a number, or clear the field for no limit.',
      ),
    ),
    ...(share
      ? []
      : [
          problem(
            'settings.holdout.percent',
            'The holdout must be between 0.1 and 90 percent.',
            'Enter a share, or switch the holdout off.',
          ),
        ]),
  ];
}

function exitIssues({ criterion, path }: { criterion: ExitCriterion; path: string }): Issue[] {
  const { event, where } = criterion;
  const unnamed =
    event.trim() === ''
      ? [problem(`${path}.event`, 'An exit criterion has no event.', 'Choose an event or remove it.')]
      : [];
  // A filter without a condition is none, whatever else it lacks.
  if (!where || isEmpty(where))
    return [
      ...unnamed,
      ...shapeIssues({ criterion: { ...criterion, where: undefined }, path, named: unnamed.length === 0 }),
    ];
  const shape = shapeIssues({ criterion, path, named: unnamed.length === 0 });
  if (shape.some((issue) => issue.path?.startsWith(`${path}.where`))) return [...unnamed, ...shape];
  const rules = ruleProblems({ rule: where, scope: 'event' }).map((each) =>
    problem(`${path}.where.${each.path}`.replace(/\.$/, ''), `Exit on ${event}: ${each.message}`),
  );
  return [...unnamed, ...shape, ...rules];
}

/** What the schema of a criterion refuses, one problem per place. */
function shapeIssues({ criterion, path, named }: { criterion: ExitCriterion; path: string; named: boolean }): Issue[] {
  const parsed = exitCriterion.safeParse(criterion);
  if (parsed.success) return [];
  const places = new Map(parsed.error.issues.map((issue) => [pathText(issue.path), issue.path[0]]));
  return [...places].flatMap(([at, field]): Issue[] => {
    if (field === 'event')
      return named
        ? [problem(`${path}.event`, 'An event name can have at most 200 characters.', 'Choose another exit event.')]
        : [];
    if (field === 'id') return [problem(path, 'An exit event has an invalid ID.', 'Remove it and add it again.')];
    return [
      problem(
        `${path}.${at}`,
        `${named ? `Exit on ${criterion.event}: a` : 'A'} condition isn’t complete.`,
        'Finish the condition or remove it.',
      ),
    ];
  });
}

/** Names that are too long for lists, messages and files. */
export function nameIssues({ nodes }: Pick<Graph, 'nodes'>): Issue[] {
  return Object.values(nodes).flatMap(({ id, name }): Issue[] => {
    const message = nameTooLong(name);
    return message === null
      ? []
      : [{ code: 'name-too-long', severity: 'error', nodeId: id, message, hint: 'Shorten the name of this step.' }];
  });
}
