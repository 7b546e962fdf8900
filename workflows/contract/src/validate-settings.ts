import { entryLimits, holdout as holdoutSchema, reentry as reentrySchema } from './graph.js';
import type { Graph, Issue } from './graph.js';
import { nameTooLong } from './structure.js';
import { exitIssues } from './validate-exits.js';
import { goalIssues } from './validate-goals.js';
import { settingsProblem as problem } from './validate-event-filter.js';

/** What keeps the settings of a draft, which may be unfinished anywhere, from being published. */
export function settingsIssues({ settings }: Pick<Graph, 'settings'>): Issue[] {
  return [...reentryIssues(settings), ...limitIssues(settings), ...exitIssues(settings), ...goalIssues(settings)];
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

/** Names that are too long for lists, messages and files. */
export function nameIssues({ nodes }: Pick<Graph, 'nodes'>): Issue[] {
  return Object.values(nodes).flatMap(({ id, name }): Issue[] => {
    const message = nameTooLong(name);
    return message === null
      ? []
      : [{ code: 'name-too-long', severity: 'error', nodeId: id, message, hint: 'Shorten the name of this step.' }];
  });
}
