import type { OperandSql } from './operand.js';

export const consent: OperandSql<'consent'> = {
  ofPerson: {
    value: ({ channel, topic }, { profile, workspace, parameters }) => {
      const about = parameters.add(topic ?? '', 'text');
      const said = `(select c.state from consents c where c.workspace_id = ${workspace} and c.profile_id = ${profile}.id and c.channel = ${parameters.add(channel, 'text')} and c.topic = ${about})`;
      if (topic === undefined) return `to_jsonb(${said})`;
      const start = `(select k.starts from topics k where k.workspace_id = ${workspace} and k.key = ${about})`;
      return `to_jsonb(coalesce(${said}, ${start}))`;
    },
  },
};
