import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { randomSplit } from './random-split.node.js';

const arms = (...weights: number[]) => ({
  arms: weights.map((weight, index) => ({ id: `way-${index}`, label: `Way ${index}`, weight })),
});

it('divides by weight', () => {
  expect(lowerNode(randomSplit, arms(9, 1)).instructions).toEqual([
    {
      op: 'split',
      by: 'person',
      arms: [
        { weight: 9, target: { port: 'way-0', pc: 0 } },
        { weight: 1, target: { port: 'way-1', pc: 0 } },
      ],
    },
  ]);
});

it('draws by person unless told otherwise, also with settings from before there was a choice', () => {
  expect(randomSplit.parse(arms(1, 1))).toMatchObject({ ok: true, config: { by: 'person' } });
  expect(lowerNode(randomSplit, { ...arms(1, 1), by: 'run' }).instructions).toMatchObject([{ by: 'run' }]);
  expect(randomSplit.parse({ ...arms(1, 1), by: 'chance' })).toMatchObject({ ok: false, problems: [{ path: 'by' }] });
});

it('allows a way that nobody goes, but not only such ways', () => {
  expect(randomSplit.parse(arms(0, 1))).toMatchObject({ ok: true });
  expect(randomSplit.parse(arms(0, 0))).toEqual({
    ok: false,
    problems: [{ path: 'arms', message: 'At least one share must be greater than 0.' }],
  });
  expect(randomSplit.parse(arms(-1, 2))).toMatchObject({ ok: false, problems: [{ path: 'arms[0].weight' }] });
  expect(randomSplit.parse(arms(1))).toEqual({
    ok: false,
    problems: [{ path: 'arms', message: 'A split needs at least two paths.' }],
  });
});
