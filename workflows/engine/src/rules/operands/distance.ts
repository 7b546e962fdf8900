import type { Json, OperandOf } from '@wend/contract';
import { valueAt } from '../../value.js';
import { asked } from './asked.js';
import type { OperandRule } from './operand.js';

export const distance: OperandRule<'distance'> = {
  ...asked,
  bind: (operand, entry) => {
    const { path, entryLatitude, entryLongitude } = operand;
    if (entryLatitude === undefined || entryLongitude === undefined) return operand;
    const latitude = degrees(valueAt(entry, entryLatitude), 90);
    const longitude = degrees(valueAt(entry, entryLongitude), 180);
    // What the entry does not carry is no point: it stays as it is, and nobody is at any distance from it.
    return latitude === null || longitude === null ? operand : { source: 'distance', path, latitude, longitude };
  },
  entryPaths: ({ entryLatitude, entryLongitude }: OperandOf<'distance'>) =>
    entryLatitude === undefined || entryLongitude === undefined ? [] : [entryLatitude, entryLongitude],
};

function degrees(value: Json | undefined, most: number): number | null {
  return typeof value === 'number' && Math.abs(value) <= most ? value : null;
}
