import { expect, it } from 'vitest';
import { readPlace } from './read-place';

it('reads a point as maps copy it, and nothing else', () => {
  expect(readPlace('59.9139, 10.7522')).toEqual({ latitude: 59.9139, longitude: 10.7522 });
  expect(readPlace(' (-33.8;151.2) ')).toEqual({ latitude: -33.8, longitude: 151.2 });
  expect(readPlace('37.5 127')).toEqual({ latitude: 37.5, longitude: 127 });
  expect(['59.9139', 'Oslo', '91, 10', '10, 181', '1,2,3', ''].map(readPlace)).toEqual(Array(6).fill(null));
});
