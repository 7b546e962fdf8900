import { asNumber } from '@wend/contract';
import type { Json } from '@wend/contract';
import { valueSql } from '../../rules/index.js';
import type { RecipientsSql } from './recipients-sql.js';

/** Among whose trait the value is, those who were created last first; an id is the same as text and as a number. */
export const relation: RecipientsSql<'relation'> = ({ trait, value, idField }, { workspace, parameters }) => {
  const values = sameAs(value);
  // What holds a value, alone or among others, holds it as JSON does.
  const held = values.length === 0 ? '' : valueSql({ json: 'p.traits', path: trait, parameters });
  const holds = [...values, ...values.map((each) => [{ [idField]: each }])].map(
    (each) => `${held} @> ${parameters.add(JSON.stringify(each), 'jsonb')}`,
  );
  return {
    people: `select p.id, row_number() over (order by p.created_at desc, p.id) as place, 1 as names
      from profiles p
      where p.workspace_id = ${workspace} and p.merged_into is null and not p.test
        and (${holds.length > 0 ? holds.join(' or ') : 'false'})`,
  };
};

function sameAs(value: string | number | null): Json[] {
  if (value === null || value === '') return [];
  const number = asNumber(value);
  return number !== null && String(number) === String(value) ? [String(value), number] : [value];
}
