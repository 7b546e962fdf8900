import type { z } from 'zod';
import type { Issue } from './graph.js';
import { pathText } from './validate-config.js';
import { isEmpty, ruleProblems } from './validate-rule.js';
import type { Rule } from './rule.js';

/** A problem of a journey's settings. */
export function settingsProblem(path: string, message: string, hint = 'Open the journey’s settings.'): Issue {
  return { code: 'invalid-settings', severity: 'error', path, message, hint };
}

type Item = { id: string; event: string; where?: Rule | undefined };
/** What an item of the settings is called that names an event: “exit event”, “An exit criterion”, “Exit on”. */
export type ItemWords = { noun: string; a: string; on: string };
type EventFilterIssuesOptions<Of extends Item> = { item: Of; path: string; words: ItemWords; schema: z.ZodType };

/** What is wrong with an item of the settings that names an event and which of them. */
export function eventFilterIssues<Of extends Item>({
  item,
  path,
  words,
  schema,
}: EventFilterIssuesOptions<Of>): Issue[] {
  const { event, where } = item;
  const named = event.trim() !== '';
  const unnamed = named
    ? []
    : [settingsProblem(`${path}.event`, `${words.a} has no event.`, 'Choose an event or remove it.')];
  // A filter without a condition is none, whatever else it lacks.
  if (!where || isEmpty(where))
    return [...unnamed, ...shapeIssues({ item: { ...item, where: undefined }, path, words, schema, named })];
  const shape = shapeIssues({ item, path, words, schema, named });
  if (shape.some((issue) => issue.path?.startsWith(`${path}.where`))) return [...unnamed, ...shape];
  const rules = ruleProblems({ rule: where, scope: 'event' }).map((each) =>
    settingsProblem(`${path}.where.${each.path}`.replace(/\.$/, ''), `${words.on} ${event}: ${each.message}`),
  );
  return [...unnamed, ...shape, ...rules];
}

/** What the schema of an item refuses of its id, its event and its filter, one problem per place. */
function shapeIssues<Of extends Item>({
  item,
  path,
  words,
  schema,
  named,
}: EventFilterIssuesOptions<Of> & { named: boolean }): Issue[] {
  const parsed = schema.safeParse(item);
  if (parsed.success) return [];
  const places = new Map(parsed.error.issues.map((issue) => [pathText(issue.path), issue.path[0]]));
  return [...places].flatMap(([at, field]): Issue[] => {
    if (field === 'event')
      return named
        ? [
            settingsProblem(
              `${path}.event`,
              'An event name can have at most 200 characters.',
              `Choose another ${words.noun}.`,
            ),
          ]
        : [];
    if (field === 'id') return [settingsProblem(path, `${words.a} has an invalid ID.`, 'Remove it and add it again.')];
    if (field !== 'where') return [];
    return [
      settingsProblem(
        `${path}.${at}`,
        `${named ? `${words.on} ${item.event}: a` : 'A'} condition isn’t complete.`,
        'Finish the condition or remove it.',
      ),
    ];
  });
}

/** Items whose id another one before them has, by place. */
export function repeatedIds(items: readonly { id: string }[]): Set<number> {
  const known = new Set<string>();
  return new Set(
    items.flatMap(({ id }, index) => {
      const repeated = known.has(id);
      known.add(id);
      return repeated ? [index] : [];
    }),
  );
}
