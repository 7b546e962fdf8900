import { bestChannel } from './best-channel-editor';
import { consent } from './consent-editor';
import { device } from './device-editor';
import { distance } from './distance-editor';
import { entry } from './entry-editor';
import { eventCount } from './event-count-editor';
import { eventValue } from './event-value-editor';
import { globalHoldout } from './global-holdout-editor';
import { journeys } from './journeys-editor';
import { localTime } from './local-time-editor';
import { messages } from './messages-editor';
import type { OperandEditors } from './operand-editor';
import { property } from './property-editor';
import { randomBucket } from './random-bucket-editor';
import { reachable } from './reachable-editor';
import { run } from './run-editor';
import { segment } from './segment-editor';
import { sequence } from './sequence-editor';
import { trait } from './trait-editor';

/** How each operand of the contract is written in a form, in the order in which they are offered. */
export const operandEditors: OperandEditors = {
  trait,
  segment,
  consent,
  reachable,
  bestChannel,
  device,
  distance,
  localTime,
  randomBucket,
  globalHoldout,
  eventCount,
  eventValue,
  sequence,
  messages,
  journeys,
  property,
  entry,
  run,
};
