import type { OperandSql } from './operand.js';

export const globalHoldout: OperandSql<'globalHoldout'> = {
  ofPerson: {
    // The share is read once for all people: it stands in no row of theirs.
    value: (_, { profile, workspace }) =>
      `to_jsonb(holdout_bucket(${workspace}, coalesce(${profile}.holdout_seed, ${profile}.id)) < coalesce((select (r.settings ->> 'share')::numeric * 100 from delivery_rules r where r.workspace_id = ${workspace} and r.kind = 'holdout'), 0))`,
  },
};
