import { expect, it } from 'vitest';
import { journeyFileName } from './journey-file';

it('names files that every system takes', () => {
  expect(journeyFileName('Größe: 50 % / Sale!')).toBe('große-50-sale.wend.json');
  expect(journeyFileName('///')).toBe('journey.wend.json');
});
