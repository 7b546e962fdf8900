import { valueSql } from '../json-path.sql.js';
import type { OperandSql } from './operand.js';

export const distance: OperandSql<'distance'> = {
  ofPerson: {
    value: ({ path, latitude, longitude }, { traits, parameters }) => {
      // A point of the entry that is not bound in is nowhere.
      if (latitude === undefined || longitude === undefined) return 'null::jsonb';
      const point = valueSql({ json: traits, path, parameters });
      const from = [latitude, longitude].map((each) => parameters.add(each, 'float8')).join(', ');
      return `(select to_jsonb(metres_between(json_degrees(seen.point, '{lat,latitude}', 90), json_degrees(seen.point, '{lng,longitude}', 180), ${from})) from (select ${point} as point offset 0) seen)`;
    },
  },
};
