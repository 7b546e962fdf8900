import type { OperandOf } from '@wend/contract';
import { eventsChangeSql, eventsOf, eventsOfAll } from '../events.sql.js';
import { valueSql } from '../json-path.sql.js';
import type { Person } from '../person.js';
import { setSql } from '../set.sql.js';
import type { OperandSql } from './operand.js';

type EventValue = OperandOf<'eventValue'>;

export const eventValue: OperandSql<'eventValue'> = {
  ofPerson: {
    value: (operand, person) => `(select ${measureSql(operand, person)} ${eventsOf(operand, person)})`,
    changesAt: ({ left }, person) => eventsChangeSql(left, person),
    many: (compare, person) => {
      const { left } = compare;
      const zones = left.measure === 'distinctDays';
      return setSql({
        compare,
        person,
        value: measureSql(left, person.as('z')),
        none: left.measure === 'sum' || left.measure === 'distinctDays' ? 0 : null,
        of: 'e.profile_id',
        rows: () => eventsOfAll(left, person, zones),
      });
    },
  },
};

const measures: { readonly [Measure in EventValue['measure']]: (operand: EventValue, person: Person) => string } = {
  // A sum that float8 cannot hold is none.
  sum: (operand, person) => {
    const sum = `coalesce(sum(${numberSql(operand, person)}), 0)`;
    return `to_jsonb((case when abs(${sum}) >= 1e300 then null when abs(${sum}) < 1e-300 then 0 else ${sum} end)::float8)`;
  },
  minimum: (operand, person) => `to_jsonb(min(${numberSql(operand, person)})::float8)`,
  maximum: (operand, person) => `to_jsonb(max(${numberSql(operand, person)})::float8)`,
  first: (operand, person) =>
    operand.property === undefined ? timeSql('min(e.time)') : valueOf(operand, { person, order: 'asc' }),
  last: (operand, person) =>
    operand.property === undefined ? timeSql('max(e.time)') : valueOf(operand, { person, order: 'desc' }),
  distinctDays: (_, person) => `to_jsonb(count(distinct (e.time at time zone ${person.zone})::date))`,
};

/** The value (jsonb) of the events `e`. */
function measureSql(operand: EventValue, person: Person): string {
  return measures[operand.measure](operand, person);
}

function numberSql(operand: EventValue, person: Person): string {
  return `json_number(${propertySql(operand, person)})`;
}

function propertySql({ property }: EventValue, { parameters }: Person): string {
  return property === undefined ? 'null::jsonb' : valueSql({ json: 'e.properties', path: property, parameters });
}

/** A time as JSON writes it, to the millisecond. */
function timeSql(time: string): string {
  return `to_jsonb(to_char(${time} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))`;
}

function valueOf(operand: EventValue, { person, order }: { person: Person; order: 'asc' | 'desc' }): string {
  return `(array_agg(${propertySql(operand, person)} order by e.time ${order}, e.position ${order}))[1]`;
}
