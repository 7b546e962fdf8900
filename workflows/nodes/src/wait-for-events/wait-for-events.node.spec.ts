import { lowerNode } from '@wend/node-sdk/testing';
import { expect, it } from 'vitest';
import { waitForEvents } from './wait-for-events.node.js';

const timeout = { amount: 2, unit: 'hours' };
const where = {
  op: 'compare',
  left: { source: 'property', path: 'cart_id' },
  is: 'equals',
  value: { entry: 'cart_id' },
};
const event = (id: string, trigger: Record<string, unknown>) => ({ id, label: id, trigger }) as never;

it('has one arm per event and one for the time', () => {
  const { instructions } = lowerNode(waitForEvents, {
    events: [
      event('paid', { kind: 'event', event: 'Paid', where }),
      event('clicked', { kind: 'message', node: 'mail', state: 'clicked' }),
    ],
    timeout,
    lookBack: false,
  });
  expect(instructions).toEqual([
    {
      op: 'waitFor',
      result: {},
      arms: [
        { event: 'Paid', where, target: { port: 'paid', pc: 0 } },
        { event: 'Message Clicked', messageOf: 'mail', target: { port: 'clicked', pc: 0 } },
      ],
      timeout: { seconds: 7_200, target: { port: 'timeout', pc: 0 } },
    },
  ]);
});

it('counts a bounce as a failure, and looks back when told to', () => {
  const { instructions } = lowerNode(waitForEvents, {
    events: [event('failed', { kind: 'message', node: 'mail', state: 'failed' })],
    timeout,
    lookBack: true,
  });
  expect(instructions).toMatchObject([
    {
      arms: [
        { event: 'Message Failed', messageOf: 'mail', lookBack: true, target: { port: 'failed' } },
        { event: 'Message Bounced', messageOf: 'mail', lookBack: true, target: { port: 'failed' } },
      ],
    },
  ]);
});

it('keeps ports apart', () => {
  const twice = {
    events: [event('a', { kind: 'event', event: 'A' }), event('a', { kind: 'event', event: 'B' })],
    timeout,
  };
  expect(waitForEvents.parse(twice)).toMatchObject({ ok: false, problems: [{ path: 'events' }] });
  expect(waitForEvents.parse({ events: [event('timeout', { kind: 'event', event: 'A' })], timeout })).toMatchObject({
    ok: false,
  });
});

it('names the field that is missing in the chosen kind of trigger', () => {
  expect(waitForEvents.parse({ events: [event('a', { kind: 'event' })], timeout })).toEqual({
    ok: false,
    problems: [{ path: 'events[0].trigger.event', message: 'Event is required.' }],
  });
  expect(
    waitForEvents.parse({ events: [event('a', { kind: 'message', node: 'mail', state: 'read' })], timeout }),
  ).toMatchObject({ ok: false, problems: [{ path: 'events[0].trigger.state' }] });
  expect(waitForEvents.parse({ events: [], timeout })).toEqual({
    ok: false,
    problems: [{ path: 'events', message: 'Add an event to wait for.' }],
  });
});

it('filters by the event alone', () => {
  const asking = { ...where, left: { source: 'trait', path: 'plan' } };
  expect(
    waitForEvents.parse({ events: [event('a', { kind: 'event', event: 'A', where: asking })], timeout }),
  ).toMatchObject({ ok: false, problems: [{ path: 'events[0].trigger.where.left' }] });
});

const armsOf = (trigger: Record<string, unknown>) => {
  const [instruction] = lowerNode(waitForEvents, {
    events: [event('a', trigger)],
    timeout,
    lookBack: false,
  }).instructions;
  return instruction?.op === 'waitFor' ? instruction.arms : [];
};
const property = (path: string, value: string) => ({
  op: 'compare',
  left: { source: 'property', path },
  is: 'equals',
  value,
});
const whole = { op: 'compare', left: { source: 'property', path: 'topic' }, is: 'notExists' };
const target = { port: 'a', pc: 0 };

it.each([
  ['bounced', 'Message Bounced'],
  ['replied', 'Message Replied'],
])('takes a message that is %s apart from the others', (state, name) => {
  expect(armsOf({ kind: 'message', node: 'mail', state })).toEqual([{ event: name, messageOf: 'mail', target }]);
});

it.each([
  ['entered', 'Segment Entered'],
  ['left', 'Segment Left'],
])('waits until somebody has %s a segment', (on, name) => {
  expect(armsOf({ kind: 'segment', on, segment: 's-1' })).toEqual([
    { event: name, where: property('segmentId', 's-1'), target },
  ]);
});

it('waits until somebody subscribes to a channel or a topic, or leaves it', () => {
  expect(armsOf({ kind: 'consent', on: 'given', channel: 'email' })).toEqual([
    { event: 'Resubscribed', where: { op: 'all', rules: [property('channel', 'email'), whole] }, target },
  ]);
  expect(armsOf({ kind: 'consent', on: 'given', channel: 'sms', topic: 'offers' })).toEqual([
    {
      event: 'Resubscribed',
      where: { op: 'all', rules: [property('channel', 'sms'), property('topic', 'offers')] },
      target,
    },
  ]);
  // Who leaves the channel leaves its topics too.
  expect(armsOf({ kind: 'consent', on: 'withdrawn', channel: 'sms', topic: 'offers' })).toEqual([
    {
      event: 'Unsubscribed',
      where: {
        op: 'all',
        rules: [property('channel', 'sms'), { op: 'any', rules: [property('topic', 'offers'), whole] }],
      },
      target,
    },
  ]);
});

it('asks for the segment and the channel', () => {
  const problemsOf = (trigger: Record<string, unknown>) =>
    waitForEvents.parse({ events: [event('a', trigger)], timeout, lookBack: false });
  expect(problemsOf({ kind: 'segment', on: 'entered', segment: '' })).toEqual({
    ok: false,
    problems: [{ path: 'events[0].trigger.segment', message: 'Segment is required.' }],
  });
  expect(problemsOf({ kind: 'consent', on: 'given', channel: '' })).toEqual({
    ok: false,
    problems: [{ path: 'events[0].trigger.channel', message: 'Channel is required.' }],
  });
});

it('counts what is to happen several times, or together, and leaves simple paths as they were', () => {
  const { instructions } = lowerNode(waitForEvents, {
    events: [
      {
        ...(event('both', { kind: 'event', event: 'Paid' }) as object),
        also: [{ trigger: { kind: 'event', event: 'Shipped' }, times: 2 }],
      },
      event('gone', { kind: 'message', node: 'mail', state: 'failed' }),
    ],
    timeout,
  } as never);
  expect(instructions).toMatchObject([
    {
      arms: [
        { event: 'Paid' },
        { event: 'Shipped' },
        { event: 'Message Failed', messageOf: 'mail' },
        { event: 'Message Bounced', messageOf: 'mail' },
      ],
      ways: [
        {
          target: { port: 'both' },
          all: [
            { arm: 0, times: 1 },
            { arm: 1, times: 2 },
          ],
        },
        { target: { port: 'gone' }, all: [{ arm: 2, times: 1 }] },
        { target: { port: 'gone' }, all: [{ arm: 3, times: 1 }] },
      ],
    },
  ]);
});

it('refuses to wait for more events together than reach a run', () => {
  const many = { ...(event('a', { kind: 'event', event: 'A' }) as object), times: 60 };
  const also = [{ trigger: { kind: 'event', event: 'B' }, times: 41 }];
  expect(waitForEvents.parse({ events: [{ ...many, also }], timeout } as never)).toMatchObject({
    ok: false,
    problems: [{ path: 'events[0]', message: 'A path can wait for at most 100 events together.' }],
  });
});

it('waits no longer than until a date, where one is chosen', () => {
  const config = {
    events: [event('paid', { kind: 'event', event: 'Paid' })],
    timeout,
    lookBack: false,
    untilDate: true,
  };
  const date = { kind: 'entry', property: 'due' };
  const { instructions, facts } = lowerNode(waitForEvents, { ...config, date });
  expect(facts).toEqual([
    {
      kind: 'when',
      time: {
        kind: 'date',
        of: { source: 'entry', path: 'due' },
        shift: { amount: 0, unit: 'days' },
        repeats: 'once',
        leapDay: 'february28',
      },
    },
  ]);
  expect(instructions).toMatchObject([{ timeout: { seconds: 7_200, fact: 0, target: { port: 'timeout' } } }]);
  expect(waitForEvents.parse(config)).toEqual({ ok: false, problems: [{ path: 'date', message: 'Choose a date.' }] });
  // What is switched off counts for nothing.
  expect(lowerNode(waitForEvents, { ...config, date, untilDate: false }).facts).toEqual([]);
});
