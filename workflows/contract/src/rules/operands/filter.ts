import type { Rule } from '../../rule.js';
import type { Operand } from './index.js';

/** The fields in which operands keep filters of events. */
const filters = ['where', 'thenWhere'] as const;
type Filters = { readonly [Name in (typeof filters)[number]]?: Rule | undefined };

/** The filters of events in an operand, by the names of their fields; most have none. */
export function namedFiltersOf(operand: Operand): [name: string, filter: Rule][] {
  return filters.flatMap((name): [string, Rule][] => {
    const filter = (operand as Filters)[name];
    return filter ? [[name, filter]] : [];
  });
}

/** The same without their names. */
export function filtersOf(operand: Operand): Rule[] {
  return namedFiltersOf(operand).map(([, filter]) => filter);
}

/** The operand with other filters in the place of its own; as it is where it has none. */
export function withFilter(operand: Operand, change: (filter: Rule) => Rule): Operand {
  const changed = namedFiltersOf(operand).map(([name, filter]) => [name, change(filter)] as const);
  return changed.length === 0 ? operand : ({ ...operand, ...Object.fromEntries(changed) } as Operand);
}
