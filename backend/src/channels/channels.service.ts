import { Injectable } from '@nestjs/common';
import type { Channel, ChannelState } from '@wend/contract';
import type { ChannelCode } from '@wend/node-sdk';
import type { Scope } from '../platform/database/index.js';
import { ChannelRegistry } from './channel-registry.js';
import type { ConnectionRow } from './connection.repository.js';
import { OpenConnections } from './open-connections.js';
import type { Provider } from './provider.js';
import { Providers } from './providers.js';
import { inOrder } from './routing.js';
import type { Candidate, Routed } from './routing.js';
import { sandbox } from './sandbox.provider.js';

/** What decides about routes in a workspace, read once for many messages. */
export type RoutingTable = { sandboxed: Channel[]; rows: ConnectionRow[] };

/** Chooses who delivers a message. */
@Injectable()
export class ChannelsService {
  constructor(
    private readonly registry: ChannelRegistry,
    private readonly connections: OpenConnections,
    private readonly providers: Providers,
  ) {}

  async routing(scope: Scope): Promise<RoutingTable> {
    const [sandboxed, rows] = await Promise.all([this.connections.sandboxed(scope), this.connections.list(scope)]);
    return { sandboxed, rows };
  }

  /**
   * The ways that a message can take, the best first; none when nobody delivers. Test runs and made-up people (origin
   * `test`, `demo`) never reach anybody: theirs stay in the sandbox whatever is set up. Others go there where somebody
   * has chosen it for the channel, and never because a connection does not work.
   */
  routesFor(scope: Scope, { table, routed }: { table: RoutingTable; routed: Routed }): Candidate[] {
    const { channel, origin } = routed;
    if (origin !== 'live' || table.sandboxed.includes(channel)) return [ready(sandbox)];
    const found = this.takingThese(table.rows, routed).flatMap((row): Candidate[] => {
      const provider = this.providers.find(row.kind);
      return provider ? [this.candidate(scope, { row, provider })] : [];
    });
    const name = this.providerWithoutSettings(channel, routed.template?.kind);
    const provider = name === undefined ? undefined : this.providers.find(name);
    // Whoever has set something up for these messages does not want them to go out otherwise.
    return found.length === 0 && provider ? [ready(provider)] : found;
  }

  /**
   * The way that a message took before, whatever rules say now; null when that is not there any more, not in use, or its
   * channel is in the sandbox meanwhile.
   */
  routeBefore(
    scope: Scope,
    {
      table,
      channel,
      provider: name,
      connectionId,
    }: { table: RoutingTable; channel: Channel; provider: string; connectionId: string | null },
  ): Candidate | null {
    if (name === sandbox.name) return ready(sandbox);
    const provider = this.providers.find(name);
    if (!provider || table.sandboxed.includes(channel)) return null;
    if (connectionId === null) return name === this.providerWithoutSettings(channel) ? ready(provider) : null;
    const row = table.rows.find(({ id, kind, enabled }) => id === connectionId && kind === name && enabled);
    return row ? this.candidate(scope, { row, provider }) : null;
  }

  /** One connection, whatever its rule says; null when it is none of this channel, or its provider is gone. */
  async routeBy(scope: Scope, { channel, id }: { channel: Channel; id: string }): Promise<Candidate | null> {
    const row = this.ofChannel(await this.connections.list(scope), channel).find((each) => each.id === id);
    const provider = row && this.providers.find(row.kind);
    return provider ? this.candidate(scope, { row, provider }) : null;
  }

  /** Every channel, and where its messages to real people go. */
  async states(scope: Scope): Promise<ChannelState[]> {
    const table = await this.routing(scope);
    return this.registry.list().map((channel) => this.stateOf(channel, table));
  }

  /** Whether a provider (by the name stored with a message) drops repeats of a key. */
  isIdempotent(provider: string): boolean {
    return this.providers.find(provider)?.idempotent === true;
  }

  /**
   * Whether a provider still knows a key that it was given so many seconds ago; null where that is not known, which only a
   * key that lasts for a day outlives. One that is gone is asked nothing.
   */
  knowsKey(provider: string, seconds: number | null): boolean {
    const lasts = this.providers.find(provider)?.keySeconds;
    if (lasts === undefined) return true;
    return seconds === null ? lasts >= 86_400 : seconds < lasts;
  }

  /** The settings of the connection that a channel usually goes out through, such as the sender of mails. */
  async settingsOf(scope: Scope, channel: Channel): Promise<Record<string, unknown>> {
    return this.usual(await this.connections.list(scope), channel)?.settings ?? {};
  }

  /** The same of the channel that reaches people by devices of a kind; of none, where there is no such channel. */
  async settingsForDevices(scope: Scope, kind: string): Promise<Record<string, unknown>> {
    const channel = this.registry.list().find(({ definition }) => definition.address?.devices?.includes(kind));
    return channel ? this.settingsOf(scope, channel.definition.name) : {};
  }

  private candidate(scope: Scope, { row, provider }: { row: ConnectionRow; provider: Provider }): Candidate {
    const { id, name, ratePerSecond } = row;
    return { id, name, open: () => ({ provider, connection: this.connections.open(scope, row), ratePerSecond }) };
  }

  private stateOf({ definition }: ChannelCode, { sandboxed, rows }: RoutingTable): ChannelState {
    const { name } = definition;
    const isSandboxed = sandboxed.includes(name);
    const ready = this.providerWithoutSettings(name);
    const provider =
      this.usual(rows, name)?.name ?? (ready === undefined ? null : this.registry.provider(ready)!.form.title);
    return {
      channel: name,
      sandbox: isSandboxed,
      provider,
      route: isSandboxed ? 'sandbox' : provider === null ? 'none' : 'provider',
      definition: structuredClone(definition) as ChannelState['definition'],
    };
  }

  /** The default of a channel: the first that takes any message, else the first that takes some. */
  private usual(rows: readonly ConnectionRow[], channel: Channel): ConnectionRow | undefined {
    const enabled = this.ofChannel(rows, channel).filter((row) => row.enabled);
    return enabled.find(({ rule }) => rule === null) ?? enabled[0];
  }

  /** Connections that can send such a message, the best first; one that a template names whatever its rule says. */
  private takingThese(rows: readonly ConnectionRow[], routed: Routed): ConnectionRow[] {
    const { kind = 'content', connectionId = null } = routed.template ?? {};
    const able = this.ofChannel(rows, routed.channel).filter((row) =>
      this.registry.provider(row.kind)?.sends.includes(kind),
    );
    return connectionId === null
      ? inOrder(able, routed)
      : able.filter(({ id, enabled }) => enabled && id === connectionId);
  }

  private ofChannel(rows: readonly ConnectionRow[], channel: Channel): ConnectionRow[] {
    return rows.filter(({ kind }) => this.registry.provider(kind)?.channel === channel);
  }

  private providerWithoutSettings(channel: Channel, kind = 'content'): string | undefined {
    return this.registry.providersOf(channel).find(({ settings, sends }) => settings === null && sends.includes(kind))
      ?.name;
  }
}

function ready(provider: Provider): Candidate {
  return { id: null, name: provider.name, open: () => ({ provider, connection: null, ratePerSecond: null }) };
}
