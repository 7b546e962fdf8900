import { bestChannelPrior, personChannels } from '@wend/contract';
import type { Person } from '../person.js';
import type { OperandSql } from './operand.js';
import { canReach } from './reachable.sql.js';

const dayMs = 86_400_000;

export const bestChannel: OperandSql<'bestChannel'> = {
  ofPerson: {
    value: (_, person) => best(person),
    // What everybody does moves it too, and nobody tells of that: it is looked at again each day.
    changesAt: (_, { at }) => `(extract(epoch from ${at}) * 1000 + ${dayMs})::float8`,
  },
};

/**
 * Of the channels by which anything went out, and by which the person can be reached, the one with the highest rate of
 * opens: the mean of a Beta distribution whose prior is everybody's rate there. What was sent before anybody counted may
 * be opened after: then there were at least as many messages as opens.
 */
function best(person: Person): string {
  const { profile, workspace, parameters } = person;
  const reached = personChannels().map((channel) => {
    const name = parameters.add(channel, 'text');
    return `when ${name} then ${canReach({ source: 'reachable', channel }, person)}`;
  });
  const sent = (row: string) => `greatest(${row}.sent, ${row}.opens, 0)`;
  const everybody = `((all_people.opens + 1)::float8 / (${sent('all_people')} + 2))`;
  const rate = `((coalesce(own.opens, 0) + ${bestChannelPrior} * ${everybody}) / (${sent('own')} + ${bestChannelPrior}))`;
  return `(select to_jsonb(all_people.channel) from best_time_everybody all_people left join best_time_people own on own.workspace_id = ${workspace} and own.profile_id = ${profile}.id and own.channel = all_people.channel where all_people.workspace_id = ${workspace} and ${sent('all_people')} > 0 and case all_people.channel ${reached.join(' ')} else false end order by ${rate} desc, all_people.channel limit 1)`;
}
