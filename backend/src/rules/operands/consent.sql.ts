import type { OperandSql } from './operand.js';

export const consent: OperandSql<'consent'> = {
  ofPerson: {
    value: ({ channel }, { profile, workspace, parameters }) =>
      `(select to_jsonb(c.state) from consents c where c.workspace_id = ${workspace} and c.profile_id = ${profile}.id and c.channel = ${parameters.add(channel, 'text')})`,
  },
};
