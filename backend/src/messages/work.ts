import { entryAt, latestHoursOf } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import type { ProviderError, ChannelCode } from '@wend/node-sdk';
import type { ChannelRegistry, RoutingTable, StoredTemplate } from '../channels/index.js';
import type { Variables } from '../content/index.js';
import type { Scope } from '../platform/database/index.js';
import { timeZoneOf } from '../profiles/index.js';
import type { Block } from '../suppressions/index.js';
import type { Claimed } from './claim.repository.js';
import type { DeliveryContext } from './delivery-context.repository.js';
import type { AttemptedBy } from './requeue.repository.js';
import type { Place } from './slots.js';

export type DeliveryOptions = {
  /** How long a claimed message is ours; longer than the longest send. */
  leaseMs: number;
  /** How long a provider may take until it hands a message over, and from then on. */
  sendMs: number;
};

/** One message being worked on. `begun` once it is being handed over. */
export type Work = {
  scope: Scope;
  claimed: Claimed;
  context: DeliveryContext;
  owner: string;
  options: DeliveryOptions;
  place: Place;
  begun: { attempt: number; idempotent: boolean; by: AttemptedBy } | null;
  /** The ways out of the workspace, as they were when the message was claimed. */
  routing: RoutingTable;
  /** Its address is looked up when it is sent, and not kept. */
  looksUp?: boolean;
  /** How many processes share what a connection may send in a second. */
  senders: number;
  /** What keeps messages from the recipient. */
  block: Block | null;
};

/** What is known before it is given to somebody. */
export type Ready = {
  channel: ChannelCode;
  recipient: string | null;
  config: JsonObject;
  /** What the step chose; null where it chose none, or it is gone. */
  template: StoredTemplate | null;
};
/** What goes back into the queue with a message that waits for a place or its turn. */
export type Kept = { recipient: string | null; content: JsonObject; connectionId: string | null };
/** An attempt that came to nothing. */
export type Failed = { error: ProviderError; attempt: number; idempotent: boolean };

/** Where the person of a message is reached on its channel; null where they are not. */
export function recipientOf(
  registry: ChannelRegistry,
  { channel: name, traits, devices, workspace_country: country }: DeliveryContext,
): string | null {
  const channel = registry.find(name);
  return channel && traits ? registry.addressOf(channel, { traits, devices, country }) : null;
}

/** The time of the run's clock: tests and demo people have one of their own. */
export function atOf({ origin, run_offset_ms: offset }: DeliveryContext): Date {
  return new Date(Date.now() + (origin === 'live' ? 0 : Number(offset)));
}

/** What the content of a message can name. */
export function variablesOf(context: DeliveryContext): Variables {
  const { run = {} } = context.data;
  const entry = entryAt(context.node, { entry: context.data.entry ?? {}, run });
  return {
    profile: { ...context.traits, id: context.profile_id, external_id: context.external_id },
    entry,
    event: entry,
    run,
    now: atOf(context).toISOString(),
  };
}

/** Where the person lives, else where the workspace is. */
export function zonesOf({ traits, workspace_zone: zone }: DeliveryContext): string[] {
  const own = timeZoneOf(traits ?? {});
  return own === null ? [zone] : [own, zone];
}

/** Until when a message that a rule keeps back is of use, in ms since 1970. */
export function latestOf({ queued_at: queuedAt, expires_at: expiresAt }: DeliveryContext, config: JsonObject): number {
  return expiresAt ?? queuedAt + latestHoursOf(config) * 3_600_000;
}
