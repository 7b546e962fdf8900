import type { Operand } from '@wend/contract';
import { bestChannel } from './best-channel.js';
import { eventValue } from './event-value.js';
import { sequence } from './sequence.js';
import { messages } from './messages.js';
import { globalHoldout } from './global-holdout.js';
import { journeys } from './journeys.js';
import { segment } from './segment.js';
import { consent } from './consent.js';
import { device } from './device.js';
import { distance } from './distance.js';
import { randomBucket } from './random-bucket.js';
import { entry } from './entry.js';
import { eventCount } from './event-count.js';
import { localTime } from './local-time.js';
import type { OperandRule } from './operand.js';
import { property } from './property.js';
import { reachable } from './reachable.js';
import { run } from './run.js';
import { trait } from './trait.js';

export type { OperandRule, Scene } from './operand.js';

/** How each operand of the contract is answered. */
const operandRules: { readonly [Kind in Operand['source']]: OperandRule<Kind> } = {
  trait,
  property,
  entry,
  run,
  eventCount,
  eventValue,
  sequence,
  messages,
  journeys,
  segment,
  consent,
  device,
  distance,
  randomBucket,
  globalHoldout,
  reachable,
  bestChannel,
  localTime,
};

/** How this operand is answered. */
export function operandRule({ source }: Operand): OperandRule {
  return operandRules[source] as OperandRule;
}
