import { bestChannel } from './best-channel.js';
import type { BestChannelOperand } from './best-channel.js';
import { consent } from './consent.js';
import type { ConsentOperand } from './consent.js';
import { device } from './device.js';
import type { DeviceOperand } from './device.js';
import { distance } from './distance.js';
import type { DistanceOperand } from './distance.js';
import { entry } from './entry.js';
import type { EntryOperand } from './entry.js';
import { eventCount } from './event-count.js';
import type { EventCountOperand } from './event-count.js';
import { eventValue } from './event-value.js';
import type { EventValueOperand } from './event-value.js';
import { globalHoldout } from './global-holdout.js';
import type { GlobalHoldoutOperand } from './global-holdout.js';
import { journeys } from './journeys.js';
import type { JourneysOperand } from './journeys.js';
import { localTime } from './local-time.js';
import type { LocalTimeOperand } from './local-time.js';
import { messages } from './messages.js';
import type { MessagesOperand } from './messages.js';
import type { OperandDefinition } from './operand.js';
import { property } from './property.js';
import type { PropertyOperand } from './property.js';
import { randomBucket } from './random-bucket.js';
import type { RandomBucketOperand } from './random-bucket.js';
import { reachable } from './reachable.js';
import type { ReachableOperand } from './reachable.js';
import { run } from './run.js';
import type { RunOperand } from './run.js';
import { segment } from './segment.js';
import type { SegmentOperand } from './segment.js';
import { sequence } from './sequence.js';
import type { SequenceOperand } from './sequence.js';
import { trait } from './trait.js';
import type { TraitOperand } from './trait.js';

export { filtersOf, namedFiltersOf, withFilter } from './filter.js';
export { bestChannelPrior } from './best-channel.js';
export { weekdayWords } from './local-time.js';
export type { Window } from './window.js';
export type {
  ChangedBy,
  Compare,
  OperandDefinition,
  OperandField,
  OperandOf,
  OperandProblem,
  OperandValues,
  RuleScope,
  WorkspaceSetting,
} from './operand.js';

/** What is looked at. */
export type Operand =
  | TraitOperand
  | PropertyOperand
  | EntryOperand
  | RunOperand
  | EventCountOperand
  | EventValueOperand
  | SequenceOperand
  | MessagesOperand
  | JourneysOperand
  | SegmentOperand
  | ConsentOperand
  | ReachableOperand
  | BestChannelOperand
  | DeviceOperand
  | DistanceOperand
  | RandomBucketOperand
  | GlobalHoldoutOperand
  | LocalTimeOperand;

/**
 * Every operand by its kind, which is stored in rules and never changes. The engine, the backend's SQL and the
 * dashboard have one entry for each, or do not compile.
 */
export const operands: { readonly [Kind in Operand['source']]: OperandDefinition<Kind> } = {
  trait,
  eventCount,
  eventValue,
  sequence,
  messages,
  journeys,
  segment,
  property,
  entry,
  run,
  consent,
  reachable,
  bestChannel,
  device,
  distance,
  randomBucket,
  globalHoldout,
  localTime,
};

/** What is known of this operand. */
export function operandDefinition({ source }: Pick<Operand, 'source'>): OperandDefinition {
  return operands[source] as OperandDefinition;
}
