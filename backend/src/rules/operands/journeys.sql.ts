import type { OperandOf } from '@wend/contract';
import type { Person } from '../person.js';
import { countSql } from '../set.sql.js';
import { comingSql, lapseSql, untilSql, windowSql } from '../window.sql.js';
import type { OperandSql } from './operand.js';

type Journeys = OperandOf<'journeys'>;

export const journeys: OperandSql<'journeys'> = {
  ofPerson: {
    value: (operand, person) => `(select to_jsonb(count(*)) ${runsOf(operand, person)})`,
    changesAt: ({ left }, person) => {
      const time = timeOf(left);
      const ahead = [`r.profile_id = ${person.profile}.id`, ...namedSql(left, person), `${time} > ${untilSql(person)}`];
      const coming = `(select ${comingSql(`min(${time})`)} from enrollments r where ${ahead.join(' and ')})`;
      const lapse = lapseSql({ time: `min(${time})`, window: left, person });
      return lapse === null ? coming : `least(${coming}, (select ${lapse} ${runsOf(left, person)}))`;
    },
    many: (compare, person) => {
      const { left } = compare;
      const rows = () => {
        const conditions = [...namedSql(left, person), ...inWindow(left, person.by('r.profile_id'))];
        return `from enrollments r where ${conditions.join(' and ')}`;
      };
      return countSql({
        compare,
        person,
        count: 'count(*)',
        of: 'r.profile_id',
        rows,
      });
    },
  },
};

/** The time by which a run counts. */
function timeOf({ state }: Journeys): string {
  return state === 'in' || state === 'entered' ? 'r.entered_at' : 'r.ended_at';
}

function runsOf(operand: Journeys, person: Person): string {
  const conditions = [
    `r.profile_id = ${person.profile}.id`,
    ...namedSql(operand, person),
    ...inWindow(operand, person),
  ];
  return `from enrollments r where ${conditions.join(' and ')}`;
}

function namedSql({ state, journey }: Journeys, { workspace, parameters, run }: Person): string[] {
  return [
    `r.workspace_id = ${workspace}`,
    run === null ? `r.origin <> 'test'` : `(r.origin <> 'test' or r.id = ${run})`,
    ...(state === 'in' ? ['r.ended_at is null'] : []),
    ...(state === 'completed' || state === 'exited' ? [`r.status = ${parameters.add(state, 'text')}`] : []),
    ...(journey === undefined ? [] : [`r.journey_id = ${parameters.add(journey, 'uuid')}`]),
  ];
}

function inWindow(operand: Journeys, person: Person): string[] {
  const time = timeOf(operand);
  return [`${time} <= ${untilSql(person)}`, ...windowSql({ time, window: operand, person })];
}
