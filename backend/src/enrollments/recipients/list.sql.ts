import { decimalOf, externalId, isObject } from '@wend/contract';
import type { Json } from '@wend/contract';
import { valueAt } from '@wend/engine';
import type { RecipientsSql } from './recipients-sql.js';

/** Found by their external ids, in the order of the list. */
export const list: RecipientsSql<'list'> = ({ ids, idField }, { workspace, parameters }) => {
  const read = ids.map((item) => idOf(item, idField));
  const asked = [...new Set(read.filter((id) => id !== null))];
  return {
    people: `select p.id, min(asked.place) as place, count(*)::int as names
      from unnest(${parameters.add(asked, 'text[]')}) with ordinality as asked(id, place)
      join identities i on i.workspace_id = ${workspace} and i.kind = 'user' and i.value = asked.id
      join profiles p on p.workspace_id = i.workspace_id and p.id = i.profile_id
      where p.merged_into is null and not p.test
      group by p.id`,
    asked: asked.length + read.filter((id) => id === null).length,
  };
};

/** Null where an item is no id of anybody. */
function idOf(item: Json, idField: string): string | null {
  const value = isObject(item) ? valueAt(item, idField) : item;
  if (typeof value === 'number') return Number.isFinite(value) ? decimalOf(value) : null;
  const read = externalId.safeParse(value);
  return read.success ? read.data : null;
}
