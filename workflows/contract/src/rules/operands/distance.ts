import type { OperandDefinition } from './operand.js';
import { numberValues, pathField } from './values.js';

/**
 * How far the person is from a point, in whole metres along the surface of the earth (a sphere of 6,371,008.8 m). Where
 * they are says a trait: an object with numbers `lat` and `lng`, or `latitude` and `longitude`, in degrees. No value
 * where it does not. The point is fixed, or what let the person in carries it: `entryLatitude` and `entryLongitude` are
 * the paths of its degrees there, and what does not carry both is no point.
 */
export type DistanceOperand = { source: 'distance'; path: string } & (
  | { latitude: number; longitude: number; entryLatitude?: undefined; entryLongitude?: undefined }
  | { entryLatitude: string; entryLongitude: string; latitude?: undefined; longitude?: undefined }
);

export const distance: OperandDefinition<'distance'> = {
  fields: {
    path: pathField,
    latitude: { is: 'number', from: -90, to: 90, optional: true },
    longitude: { is: 'number', from: -180, to: 180, optional: true },
    entryLatitude: { ...pathField, optional: true },
    entryLongitude: { ...pathField, optional: true },
  },
  scopes: ['profile'],
  values: () => ({
    ...numberValues,
    offered: ['atMost', 'atLeast', 'exists', 'notExists'],
    instead: 'A distance is a number of metres. Choose “is at most” or “is at least”.',
    problem: (is, value) =>
      typeof value === 'number' && value < 0 ? 'A distance can’t be negative.' : numberValues.problem(is, value),
  }),
  problem: (operand) => {
    const given = pairs.filter((names) => names.some((name) => operand[name] !== undefined));
    if (given.length > 1) return { field: 'latitude', message: 'Choose either a point or the place of the entry.' };
    const missing = (given[0] ?? pairs[0]).find((name) => operand[name] === undefined);
    return missing === undefined ? null : { field: missing, message: 'Enter both a latitude and a longitude.' };
  },
  changedBy: ({ path }) => ({ traits: [path] }),
  words: ({ path, latitude, longitude, entryLatitude, entryLongitude }) =>
    `distance of ${path} from ${entryLatitude === undefined ? `${latitude}, ${longitude}` : `entry ${entryLatitude}, ${entryLongitude}`}`,
  numberWords: (_, value) => (value >= 1_000 && value % 100 === 0 ? `${value / 1_000} km` : `${value} m`),
};

const pairs = [
  ['latitude', 'longitude'],
  ['entryLatitude', 'entryLongitude'],
] as const;
