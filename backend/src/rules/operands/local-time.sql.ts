import type { OperandSql } from './operand.js';

export const localTime: OperandSql<'localTime'> = {
  ofPerson: {
    value: ({ part }, person) => {
      const local = `(${person.at} at time zone ${person.zone})`;
      if (part === 'date') return `to_jsonb(to_char(${local}, 'YYYY-MM-DD'))`;
      return `to_jsonb(extract(${part === 'hour' ? 'hour' : 'isodow'} from ${local})::int)`;
    },
    // Clocks change by half hours and quarters, at the full minute.
    changesAt: ({ left: { part } }, person) => {
      const unit = part === 'hour' ? 'hour' : 'day';
      return `next_local(${person.at}, ${person.zone}, '${unit}')`;
    },
  },
};
