import type { Comparand, OperandOf } from '@wend/contract';
import type { Person } from '../person.js';
import type { OperandSql } from './operand.js';

export const segment: OperandSql<'segment'> = {
  ofPerson: {
    value: (operand, person) =>
      `to_jsonb(exists (select ${membersSql(operand, person)} and s.profile_id = ${person.profile}.id))`,
    many: ({ left, is, value }, person) => {
      const wanted = membershipOf(is, value);
      if (wanted === null) return null;
      const member = `exists (select ${membersSql(left, person)} and s.profile_id = ${person.profile}.id)`;
      return wanted ? member : `(not ${member})`;
    },
  },
};

function membersSql({ segment: id }: OperandOf<'segment'>, { workspace, parameters }: Person): string {
  return `from segment_members s where s.workspace_id = ${workspace} and s.segment_id = ${parameters.add(id, 'uuid')}`;
}

/** Whether members are wanted or the others; null for comparisons that no form lets anybody write. */
function membershipOf(is: string, value: Comparand | undefined): boolean | null {
  if (typeof value !== 'boolean' || (is !== 'equals' && is !== 'notEquals')) return null;
  return value === (is === 'equals');
}
