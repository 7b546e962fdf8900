import { Injectable } from '@nestjs/common';
import type { Channel, SuppressionReason, SuppressionSource } from '@wend/contract';
import { ChannelRegistry } from '../channels/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { storableText } from '../platform/text/index.js';
import { addressKey, normalAddress } from './address-key.js';
import { SuppressionRepository } from './suppression.repository.js';
import type { Block, KeyOf, NewSuppression } from './suppression.repository.js';

/** Something that was heard of an address. */
export type AddressNews = {
  channel: Channel;
  address: string;
  /**
   * `softBounced`: it may take mail again; enough of them suppress it. `delivered`: it does. `resubscribed`: who left has
   * come back, which lifts what leaving did, and nothing else.
   */
  kind: 'softBounced' | 'delivered' | 'resubscribed' | Exclude<SuppressionReason, 'manual' | 'imported'>;
  source: SuppressionSource;
  messageId?: string | undefined;
  /** What the other side said. */
  detail?: string | undefined;
  /** When it happened; now when absent. */
  at?: Date | undefined;
  /** The name of this news where no message has one: the same again counts once. */
  id?: string | undefined;
};

/** An address as somebody may ask for it. */
export type AddressOn = { channel: Channel; address: string };

/** Which addresses get no messages, for those who send and those who hear what became of what was sent. */
@Injectable()
export class Suppressions {
  constructor(
    private readonly repository: SuppressionRepository,
    private readonly secrets: Secrets,
    private readonly registry: ChannelRegistry,
  ) {}

  /** What an address is found by; null on channels that reach devices, which come and go by themselves. */
  keyOf(scope: Scope, { channel, address }: AddressOn): string | null {
    const known = this.registry.find(channel)?.definition.address;
    if (!known || known.devices || address.trim() === '') return null;
    return addressKey(this.secrets, { workspaceId: scope.workspaceId, channel, address });
  }

  /** What keeps messages from these addresses, in their order: one look for all of them. */
  async blocks(scope: Scope, wanted: readonly (AddressOn | null)[]): Promise<(Block | null)[]> {
    const keys = wanted.map((each) => each && this.keyOf(scope, each));
    const asked = keys.flatMap((key, index) => (key === null ? [] : [{ key, channel: wanted[index]!.channel, index }]));
    const found = await this.repository.blocked(scope, asked);
    const blocks: (Block | null)[] = wanted.map(() => null);
    for (const [place, block] of found) blocks[asked[place]!.index] = block;
    return blocks;
  }

  /**
   * Takes what was heard of addresses; the same again changes nothing. Within `sql` it is there with what else the
   * transaction writes. How many addresses were suppressed by it.
   */
  async take(scope: Scope, { news, sql }: { news: readonly AddressNews[]; sql?: Sql }): Promise<number> {
    const keyed = news.flatMap((each) => {
      const key = this.keyOf(scope, each);
      return key === null ? [] : [{ ...each, key }];
    });
    if (keyed.length === 0) return 0;
    if (sql) return this.takeIn(scope, { sql, news: keyed });
    return this.repository.transaction((own) => this.takeIn(scope, { sql: own, news: keyed }));
  }

  private async takeIn(
    scope: Scope,
    { sql, news }: { sql: Sql; news: readonly (AddressNews & KeyOf)[] },
  ): Promise<number> {
    const delivered = news.filter(({ kind }) => kind === 'delivered');
    await this.repository.forgetSoft(scope, { sql, keys: delivered });
    const rest = news.flatMap(({ kind, ...each }) => (kind === 'delivered' ? [] : [{ kind, ...each }]));
    if (rest.length === 0) return 0;
    await this.repository.lock(scope, { sql, keys: rest.map(({ key }) => key) });
    const rows: NewSuppression[] = [];
    for (const each of rest) {
      if (each.kind === 'resubscribed') {
        await this.repository.releaseLeft(scope, { sql, channel: each.channel, key: each.key });
        continue;
      }
      const reason = each.kind === 'softBounced' ? await this.softBounced(scope, { sql, each }) : each;
      if (reason === null) continue;
      rows.push({
        channel: each.channel,
        key: each.key,
        address: normalAddress(storableText(each.address)).slice(0, 320),
        reason: each.kind === 'softBounced' ? 'bounced' : each.kind,
        detail: reason.detail === undefined ? null : storableText(reason.detail.slice(0, 1_000)),
        source: each.source,
        causedBy: each.messageId ?? null,
        addedBy: null,
        at: each.at ?? null,
      });
    }
    const once = rows.filter(({ key }, index) => rows.findIndex((row) => row.key === key) === index);
    return (await this.repository.add(scope, { sql, rows: once })).length;
  }

  /** Null while there are too few of them. */
  private async softBounced(
    scope: Scope,
    { sql, each }: { sql: Sql; each: AddressNews & KeyOf },
  ): Promise<{ detail: string } | null> {
    const { softBounces, softBounceDays } = await this.repository.settings(scope, sql);
    const at = each.at ?? new Date();
    const count = await this.repository.countSoft(scope, {
      sql,
      channel: each.channel,
      key: each.key,
      name: each.messageId ?? each.id ?? at.toISOString(),
      at,
      days: softBounceDays,
    });
    if (count < softBounces) return null;
    await this.repository.forgetSoft(scope, { sql, keys: [each] });
    const words = `${count} soft ${count === 1 ? 'bounce' : 'bounces'} within ${softBounceDays} days`;
    return { detail: each.detail === undefined ? words : `${words}; the last one: ${each.detail}` };
  }
}
