import type { OperatorSql } from './operator.js';

export const inNextDays: OperatorSql = {
  test: () => null,
  calendar:
    (days) =>
    ({ day, today, parameters }) =>
      `${day} - ${today} between 0 and ${parameters.add(days - 1, 'int')}`,
};
