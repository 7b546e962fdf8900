import type { OperandOf } from '@wend/contract';
import type { Person } from '../person.js';
import { countSql } from '../set.sql.js';
import { comingSql, lapseSql, untilSql, windowSql } from '../window.sql.js';
import type { OperandSql } from './operand.js';

type Messages = OperandOf<'messages'>;

export const messages: OperandSql<'messages'> = {
  ofPerson: {
    value: (operand, person) =>
      `(select to_jsonb(count(distinct m.id)) ${from} where m.profile_id = ${person.profile}.id and ${[
        ...namedSql(operand, person),
        ...inWindow(operand, person),
      ].join(' and ')})`,
    changesAt: ({ left }, person) => {
      const mine = [`m.profile_id = ${person.profile}.id`, ...namedSql(left, person)];
      const coming = `(select ${comingSql('min(s.at)')} ${from} where ${[...mine, `s.at > ${untilSql(person)}`].join(' and ')})`;
      const lapse = lapseSql({ time: 'min(s.at)', window: left, person });
      if (lapse === null) return coming;
      return `least(${coming}, (select ${lapse} ${from} where ${[...mine, ...inWindow(left, person)].join(' and ')}))`;
    },
    many: (compare, person) => {
      const { left } = compare;
      const rows = () => {
        const conditions = [...namedSql(left, person), ...inWindow(left, person.by('m.profile_id'))];
        return `${from} where ${conditions.join(' and ')}`;
      };
      return countSql({
        compare,
        person,
        count: 'count(distinct m.id)',
        of: 'm.profile_id',
        rows,
      });
    },
  },
};

const from = 'from messages m join message_events s on s.workspace_id = m.workspace_id and s.message_id = m.id';
/** Who clicks has opened. */
const told: Record<Messages['state'], readonly string[]> = {
  sent: ['sent'],
  delivered: ['delivered'],
  opened: ['opened', 'clicked'],
  clicked: ['clicked'],
};

function namedSql({ state, journey, node, channel }: Messages, { workspace, parameters, run }: Person): string[] {
  return [
    `m.workspace_id = ${workspace}`,
    run === null ? `m.origin <> 'test'` : `(m.origin <> 'test' or m.enrollment_id = ${run})`,
    `s.status = any(${parameters.add(told[state], 'text[]')})`,
    `s.by = 'person'`,
    ...(journey === undefined ? [] : [`m.journey_id = ${parameters.add(journey, 'uuid')}`]),
    ...(node === undefined ? [] : [`m.node = ${parameters.add(node, 'text')}`]),
    ...(channel === undefined ? [] : [`m.channel = ${parameters.add(channel, 'text')}`]),
  ];
}

function inWindow(operand: Messages, person: Person): string[] {
  return [`s.at <= ${untilSql(person)}`, ...windowSql({ time: 's.at', window: operand, person })];
}
