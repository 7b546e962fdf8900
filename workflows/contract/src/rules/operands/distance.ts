import type { OperandDefinition } from './operand.js';
import { numberValues, pathField } from './values.js';

/**
 * How far the person is from a point, in whole metres along the surface of the earth (a sphere of 6,371,008.8 m). Where
 * they are says a trait: an object with numbers `lat` and `lng`, or `latitude` and `longitude`, in degrees. No value
 * where it does not.
 */
export type DistanceOperand = { source: 'distance'; path: string; latitude: number; longitude: number };

export const distance: OperandDefinition<'distance'> = {
  fields: {
    path: pathField,
    latitude: { is: 'number', from: -90, to: 90 },
    longitude: { is: 'number', from: -180, to: 180 },
  },
  scopes: ['profile'],
  values: () => ({
    ...numberValues,
    offered: ['atMost', 'atLeast', 'exists', 'notExists'],
    instead: 'A distance is a number of metres. Choose “is at most” or “is at least”.',
    problem: (is, value) =>
      typeof value === 'number' && value < 0 ? 'A distance can’t be negative.' : numberValues.problem(is, value),
  }),
  changedBy: ({ path }) => ({ traits: [path] }),
  words: ({ path, latitude, longitude }) => `distance of ${path} from ${latitude}, ${longitude}`,
  numberWords: (_, value) => (value >= 1_000 && value % 100 === 0 ? `${value / 1_000} km` : `${value} m`),
};
