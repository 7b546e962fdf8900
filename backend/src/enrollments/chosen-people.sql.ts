import type { OperandOf, Rule } from '@wend/contract';
import type { Parameters } from '../rules/index.js';
import { peopleSql, personValueSql } from '../rules/index.js';

/**
 * Everybody for whom a rule holds, and none of `except` does; nothing of an entry is left in them. `most`: at most so
 * many, those nearest by `nearest`, else drawn. `expected`: about how many somebody said yes to.
 */
export type ChosenPeople = {
  rule: Rule;
  except?: Rule[];
  most?: number;
  nearest?: OperandOf<'distance'>;
  expected?: number;
};

type ChosenSqlOptions = {
  workspaceId: string;
  chosen: ChosenPeople;
  /** As of when the rules are asked, ms. What people are, as of now. */
  at: number;
  /** A draw by the same text takes the same people. */
  draw: string;
  parameters: Parameters;
};

/** Selects the ids of chosen people, as `id`. Merged and test profiles are nobody. */
export function chosenPeopleSql({ workspaceId, chosen, at, draw, parameters }: ChosenSqlOptions): string {
  const asked = { at, profile: 'p', parameters, workspaceId };
  const workspace = parameters.share('workspace', workspaceId, 'uuid');
  const conditions = [
    `p.workspace_id = ${workspace} and p.merged_into is null and not p.test`,
    peopleSql({ ...asked, rule: chosen.rule }),
    ...(chosen.except ?? []).map((rule) => `not ${peopleSql({ ...asked, rule })}`),
  ];
  const people = `select p.id from profiles p where ${conditions.join(' and ')}`;
  if (chosen.most === undefined) return people;
  const drawn = `md5(${parameters.add(draw, 'text')} || p.id::text)`;
  const order = chosen.nearest
    ? `(${personValueSql({ ...asked, operand: chosen.nearest })})::float8 nulls last, ${drawn}`
    : drawn;
  return `${people} order by ${order} limit ${parameters.add(chosen.most, 'int')}`;
}
