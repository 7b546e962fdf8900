import type { Operand } from '@wend/contract';
import { bestChannel } from './best-channel.sql.js';
import { eventCount } from './event-count.sql.js';
import { eventValue } from './event-value.sql.js';
import { sequence } from './sequence.sql.js';
import { globalHoldout } from './global-holdout.sql.js';
import { messages } from './messages.sql.js';
import { journeys } from './journeys.sql.js';
import { segment } from './segment.sql.js';
import { consent } from './consent.sql.js';
import { device } from './device.sql.js';
import { distance } from './distance.sql.js';
import { randomBucket } from './random-bucket.sql.js';
import { localTime } from './local-time.sql.js';
import type { OperandSql } from './operand.js';
import { reachable } from './reachable.sql.js';
import { trait } from './trait.sql.js';

export type { OperandSql } from './operand.js';

/** How SQL sees each operand of the contract, asked about people. */
const operands: { readonly [Kind in Operand['source']]: OperandSql<Kind> } = {
  trait,
  property: {},
  entry: {},
  run: {},
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

/** How it sees this one. */
export function operandSql({ source }: Operand): OperandSql {
  return operands[source] as OperandSql;
}
