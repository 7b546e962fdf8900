import type { OperatorSql } from './operator.js';

export const inLastDays: OperatorSql = {
  test: () => null,
  calendar:
    (days) =>
    ({ day, today, parameters }) =>
      `${today} - ${day} between 0 and ${parameters.add(days - 1, 'int')}`,
};
