import { describe, expect, it } from 'vitest';
import { isRule, operandDefinition, operands, rule } from '../../rule.js';
import type { ChangedBy, Operand } from '../../rule.js';

const id = '0190a6f0-0000-7000-8000-000000000001';
const samples: [Operand, ChangedBy][] = [
  [{ source: 'trait', path: 'plan' }, { traits: ['plan'] }],
  [{ source: 'property', path: 'total' }, {}],
  [{ source: 'entry', path: 'cart_id' }, {}],
  [{ source: 'run', path: 'points.tier' }, {}],
  [{ source: 'eventCount', event: 'Ordered' }, { events: ['Ordered'] }],
  [
    { source: 'eventCount', event: 'Ordered', withinSeconds: 3_600 },
    { events: ['Ordered'], time: true },
  ],
  [
    { source: 'reachable', channel: 'email' },
    { consents: true, suppressions: true, traits: ['email', 'country'], settings: ['country'] },
  ],
  [
    { source: 'reachable', channel: 'sms' },
    { consents: true, suppressions: true, traits: ['phone', 'country'], settings: ['country'] },
  ],
  [
    { source: 'localTime', part: 'hour' },
    { time: true, traits: ['timezone', 'timeZone', 'time_zone'], settings: ['timeZone'] },
  ],
  [
    { source: 'eventCount', event: 'Ordered', withinDays: 7 },
    { events: ['Ordered'], time: true, traits: ['timezone', 'timeZone', 'time_zone'], settings: ['timeZone'] },
  ],
  [{ source: 'eventValue', measure: 'last', event: 'Ordered' }, { events: ['Ordered'] }],
  [
    { source: 'eventValue', measure: 'distinctDays', event: 'Ordered' },
    { events: ['Ordered'], traits: ['timezone', 'timeZone', 'time_zone'], settings: ['timeZone'] },
  ],
  [
    { source: 'sequence', event: 'A', then: 'B', thenWithinSeconds: 60, without: true },
    { events: ['A', 'B'], time: true },
  ],
  [{ source: 'messages', state: 'opened' }, { messages: true }],
  [
    { source: 'journeys', state: 'entered', withinSeconds: 60 },
    { journeys: true, time: true },
  ],
  [{ source: 'segment', segment: id }, { segments: [id] }],
  [{ source: 'consent', channel: 'email' }, { consents: true }],
  [{ source: 'device', platform: 'ios' }, { devices: true }],
  [{ source: 'distance', path: 'location', latitude: 1, longitude: 2 }, { traits: ['location'] }],
  [{ source: 'randomBucket' }, {}],
  [{ source: 'globalHoldout' }, { settings: ['holdout'] }],
  [
    { source: 'bestChannel' },
    {
      messages: true,
      time: true,
      consents: true,
      suppressions: true,
      devices: true,
      traits: ['email', 'country', 'phone', 'line_user_id', 'telegram_chat_id'],
      settings: ['country'],
    },
  ],
];

describe.each(samples)('the operand %j', (left, changedBy) => {
  const compare = (operand: object) => ({ op: 'compare', left: operand, is: 'exists' });
  const said = (value: unknown) => [isRule(value), rule.safeParse(value).success];

  it('is complete to the schema and without it, and by every field that it must have', () => {
    expect(said(compare(left))).toEqual([true, true]);
    for (const [name, field] of Object.entries(operandDefinition(left).fields)) {
      const { [name as keyof Operand]: _removed, ...rest } = left;
      const complete = field.optional === true;
      expect([name, ...said(compare(rest))]).toEqual([name, complete, complete]);
      expect([name, ...said(compare({ ...left, [name]: {} }))]).toEqual([name, false, false]);
    }
  });

  it('says what makes its answer another one', () => {
    expect(operandDefinition(left).changedBy(left)).toEqual(changedBy);
  });
});

it('no other kind is an operand, and no other name an operator', () => {
  for (const left of [{ source: 'toString' }, { source: 'segment', path: 'a' }, {}])
    expect(isRule({ op: 'compare', left, is: 'exists' })).toBe(false);
  expect(isRule({ op: 'compare', left: { source: 'trait', path: 'a' }, is: 'toString' })).toBe(false);
});

it('every kind is looked at here', () => {
  expect([...new Set(samples.map(([{ source }]) => source))].sort()).toEqual(Object.keys(operands).sort());
});
