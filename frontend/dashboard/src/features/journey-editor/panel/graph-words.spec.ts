import { expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { sizeWords } from './graph-words';

it('counts steps and lines', () => {
  expect(sizeWords(textsOf('editor-panel.graphWords'), { steps: 2, lines: 1 })).toBe('2 steps, 1 line');
  expect(sizeWords(textsOf('editor-panel.graphWords'), { steps: 1, lines: 0 })).toBe('1 step, 0 lines');
});
