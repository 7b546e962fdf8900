import { entry } from './entry-editor';
import { eventCount } from './event-count-editor';
import { localTime } from './local-time-editor';
import { onlyWords } from './only-words';
import type { OperandEditors } from './operand-editor';
import { property } from './property-editor';
import { reachable } from './reachable-editor';
import { run } from './run-editor';
import { trait } from './trait-editor';

const noId = '00000000-0000-0000-0000-000000000000';

/** How each operand of the contract is written in a form. */
export const operandEditors: OperandEditors = {
  trait,
  eventCount,
  eventValue: onlyWords({ left: { source: 'eventValue', measure: 'last', event: '' }, is: 'inLastDays', value: 30 }),
  sequence: onlyWords({
    left: { source: 'sequence', event: '', then: '', thenWithinSeconds: 3_600 },
    is: 'atLeast',
    value: 1,
  }),
  messages: onlyWords({ left: { source: 'messages', state: 'opened' }, is: 'atLeast', value: 1 }),
  journeys: onlyWords({ left: { source: 'journeys', state: 'in' }, is: 'atLeast', value: 1 }),
  segment: onlyWords({ left: { source: 'segment', segment: noId }, is: 'equals', value: true }),
  property,
  entry,
  run,
  consent: onlyWords({ left: { source: 'consent', channel: 'email' }, is: 'equals', value: 'subscribed' }),
  reachable,
  device: onlyWords({ left: { source: 'device' }, is: 'atLeast', value: 1 }),
  distance: onlyWords({
    left: { source: 'distance', path: 'location', latitude: 0, longitude: 0 },
    is: 'atMost',
    value: 1_000,
  }),
  randomBucket: onlyWords({ left: { source: 'randomBucket' }, is: 'lessThan', value: 5_000 }),
  localTime,
};
