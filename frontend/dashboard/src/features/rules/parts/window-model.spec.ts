import { operandDefinition } from '@wend/contract/plain';
import type { Window } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { kindOf, windowKinds, windowOf, within, withWindow } from './window-model';

const today = '2026-11-30';

describe('windows', () => {
  it('are each of one kind, which can be answered and told again', () => {
    for (const kind of windowKinds)
      for (const was of [{}, { withinSeconds: 3_600 }, { withinDays: 3 }, { from: today }] as Window[]) {
        const window = windowOf(kind, { was, today });
        expect(kindOf(window)).toBe(kind);
        const operand = withWindow({ source: 'eventCount', event: 'Ordered', ...was }, window);
        expect(operandDefinition(operand).problem?.(operand)).toBeNull();
        expect(operand).toEqual({ source: 'eventCount', event: 'Ordered', ...window });
      }
  });

  it('keep their length where both kinds have one', () => {
    expect(windowOf('days', { was: { withinSeconds: 30 * 86_400 }, today })).toEqual({ withinDays: 30 });
    expect(windowOf('within', { was: { withinDays: 2 }, today })).toEqual({ withinSeconds: 172_800 });
    expect(windowOf('days', { was: { withinSeconds: 60 }, today })).toEqual({ withinDays: 1 });
  });

  it('are never longer or shorter than can be asked for', () => {
    expect(within({ amount: 9_999, unit: 'days' })).toEqual({ withinSeconds: 63_072_000 });
    expect(within({ amount: 0.1, unit: 'minutes' })).toEqual({ withinSeconds: 60 });
  });
});
