import type { JsonObject, OperandOf, Rule } from '@wend/contract';
import { expect, it } from 'vitest';
import { bindRule, entryPathsOf } from './index.js';

const left: OperandOf<'distance'> = {
  source: 'distance',
  path: 'home',
  entryLatitude: 'store.lat',
  entryLongitude: 'store.lng',
};
const near: Rule & { op: 'compare' } = { op: 'compare', left, is: 'atMost', value: { entry: 'radius' } };
const bound = (entry: JsonObject) => bindRule(near, { entry, run: {} });

it('measures a distance from the place that the entry carries', () => {
  expect(bound({ store: { lat: -90, lng: 180 }, radius: 500 })).toEqual({
    op: 'compare',
    left: { source: 'distance', path: 'home', latitude: -90, longitude: 180 },
    is: 'atMost',
    value: 500,
  });
  expect(entryPathsOf(near)).toEqual(['store.lat', 'store.lng', 'radius']);
});

it.each<JsonObject>([{}, { store: { lat: 1 } }, { store: { lat: '1', lng: 2 } }, { store: { lat: 91, lng: 2 } }])(
  'measures from nowhere where the entry carries no place: %j',
  (entry) => {
    expect(bound({ ...entry, radius: 500 })).toEqual({ ...near, value: 500 });
  },
);
