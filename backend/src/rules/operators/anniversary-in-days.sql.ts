import type { OperatorSql } from './operator.js';

export const anniversaryInDays: OperatorSql = {
  test: () => null,
  calendar:
    (days) =>
    ({ day, today, parameters }) =>
      `is_anniversary(${day}, ${today} + ${parameters.add(days, 'int')})`,
};
