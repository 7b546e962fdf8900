import type { JsonObject } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { textsOf } from '@/i18n/texts.fixture';
import { summarise, summaryText } from './summary';

const text = (summary: string, config: object) =>
  summaryText(
    summarise(textsOf('editor-canvas.summary'), { manifest: { summary, config: {} }, config: config as JsonObject }),
  );
const is = (path: string, value: string, source = 'trait') => ({
  op: 'all',
  rules: [{ op: 'compare', left: { source, path }, is: 'equals', value }],
});

describe('the second line of a card', () => {
  it('prints the rule of a branch', () => {
    expect(text('{branches}, else', { branches: [{ id: 'a', label: 'Yes', rule: is('plan', 'gold') }] })).toBe(
      'plan is gold, else',
    );
    expect(
      text('{branches}, else', {
        branches: [
          { id: 'a', label: 'Gold', rule: is('plan', 'gold') },
          { id: 'b', label: 'Other', rule: is('address.city', 'Oslo') },
        ],
      }),
    ).toBe('Gold (plan is gold), Other (address.city is Oslo), else');
  });

  it('prints what events must be', () => {
    const wait = [
      { id: 'a', label: '', trigger: { kind: 'event', event: 'Ordered', where: is('cart', 'c1', 'property') } },
      { id: 'b', label: 'Opened', trigger: { kind: 'message', node: 'm' } },
    ];
    expect(text('{events}, at most {timeout}', { events: wait, timeout: { amount: 2, unit: 'days' } })).toBe(
      'Ordered where cart is c1, Opened, at most 2 days',
    );
  });

  it('says no more than there is', () => {
    expect(text('on {event}', {})).toBe('');
    expect(text('on {event}', { event: 'Ordered' })).toBe('on Ordered');
    expect(
      text('{branches}, else', { branches: [{ id: 'first', label: 'Yes', rule: { op: 'all', rules: [] } }] }),
    ).toBe('Yes, else');
    expect(text('{traits}', { traits: [{ name: 'plan', value: 'gold' }] })).toBe('plan = gold');
    expect(text('on {event}', { event: 'Ordered', where: is('cart', 'c1', 'property') })).toBe(
      'on Ordered where cart is c1',
    );
  });
});
