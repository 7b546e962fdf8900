import type { OperandOf } from '@wend/contract';
import type { Person } from '../person.js';
import { countSql } from '../set.sql.js';
import type { OperandSql } from './operand.js';

export const device: OperandSql<'device'> = {
  ofPerson: {
    value: (operand, person) =>
      `(select to_jsonb(count(*)) from devices d where ${[`d.profile_id = ${person.profile}.id`, ...conditions(operand, person)].join(' and ')})`,
    many: (compare, person) =>
      countSql({
        compare,
        person,
        count: 'count(*)',
        of: 'd.profile_id',
        rows: () => `from devices d where ${conditions(compare.left, person).join(' and ')}`,
      }),
  },
};

function conditions(operand: OperandOf<'device'>, { workspace, parameters }: Person): string[] {
  const { platform, permission, app, versionFrom, versionBelow } = operand;
  const version = (order: string, wanted: string) =>
    `coalesce(version_numbers(d.app_version) ${order} version_numbers(${parameters.add(wanted, 'text')}), false)`;
  return [
    `d.workspace_id = ${workspace}`,
    ...(platform === undefined ? [] : [`d.platform = ${parameters.add(platform, 'text')}`]),
    ...(permission === undefined ? [] : [`d.permission = ${parameters.add(permission, 'text')}`]),
    ...(app === undefined ? [] : [`d.app_id = ${parameters.add(app, 'text')}`]),
    ...(versionFrom === undefined ? [] : [version('>=', versionFrom)]),
    ...(versionBelow === undefined ? [] : [version('<', versionBelow)]),
  ];
}
