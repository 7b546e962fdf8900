import { operators } from '@wend/contract';
import type { Comparison, Json } from '@wend/contract';
import { expect, it } from 'vitest';
import { operatorRules } from './index.js';

const rights: Json[] = ['10', 'gold', 10, 0, true, '2026-05-31', ['10', 10], []];

it.each(Object.keys(operators) as Comparison[])('%s says the same of everybody without a value', (name) => {
  const { takes, negative } = operators[name];
  const holds = negative === true || name === 'notExists';
  const fitting = rights.filter((right) => Array.isArray(right) === (takes === 'list'));
  for (const left of [undefined, null])
    for (const right of takes === 'nothing' ? [undefined] : fitting)
      expect([left, right, operatorRules[name]({ left, right })]).toEqual([left, right, holds]);
});
