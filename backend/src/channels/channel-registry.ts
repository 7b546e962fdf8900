import { addChannels } from '@wend/contract';
import type { JsonObject } from '@wend/contract';
import { loadPackages } from '@wend/node-sdk';
import type { ChannelCode, ProviderDefinition } from '@wend/node-sdk';
import { UserError } from '../platform/errors/index.js';
import { builtInChannels, builtInProviders } from './built-in.js';

/** What decides whether, and where, a message gets to a person. */
export type Reachable = {
  traits: JsonObject;
  devices: readonly { kind: string; permission: string; token?: string }[];
  /** The workspace's, in which numbers without their country's code are read (ISO 3166-1). */
  country?: string | null;
};
type Owned = Pick<Reachable['devices'][number], 'kind' | 'permission'>;

type Brought = { channels: readonly ChannelCode[]; providers: readonly ProviderDefinition[] };

/** Every channel and provider of this process: those that Wend brings and those of packages. Never changes. */
export class ChannelRegistry {
  private readonly channels = new Map<string, ChannelCode>();
  private readonly providers = new Map<string, ProviderDefinition>();

  constructor({ channels, providers }: Brought = { channels: [], providers: [] }) {
    for (const channel of [...builtInChannels, ...channels])
      put(this.channels, { name: channel.definition.name, value: channel, what: 'channel' });
    for (const provider of [...builtInProviders, ...providers]) {
      put(this.providers, { name: provider.name, value: provider, what: 'provider' });
      if (!this.channels.has(provider.channel))
        throw new Error(
          `The provider ${provider.name} delivers for the channel “${provider.channel}”, which no package brings.`,
        );
    }
    addChannels(channels.map(({ definition }) => definition));
  }

  /** Throws an error that names the package when one cannot be loaded. */
  static async load(packageNames: readonly string[]): Promise<ChannelRegistry> {
    return new ChannelRegistry(await loadPackages(packageNames));
  }

  list(): ChannelCode[] {
    return [...this.channels.values()];
  }

  /** Undefined for a channel whose package is gone. */
  find(name: string): ChannelCode | undefined {
    return this.channels.get(name);
  }

  /** Throws what a caller who asked for it is told. */
  get(name: string): ChannelCode {
    const channel = this.find(name);
    if (!channel) throw new UserError('unknown-channel', `There’s no channel “${name}”.`);
    return channel;
  }

  provider(name: string): ProviderDefinition | undefined {
    return this.providers.get(name);
  }

  allProviders(): ProviderDefinition[] {
    return [...this.providers.values()];
  }

  providersOf(channel: string): ProviderDefinition[] {
    return this.allProviders().filter((provider) => provider.channel === channel);
  }

  /** Where a message on this channel goes for this person; null where they have no address, or the channel has none. */
  addressOf({ definition, addressOf }: ChannelCode, { traits, devices, country = null }: Reachable): string | null {
    const { address } = definition;
    if (!address) return null;
    return address.devices ? (deviceOf(address.devices, devices)?.token ?? null) : addressOf(traits, { country });
  }

  /** The devices that a message on this channel goes to; none where the channel reaches people otherwise. */
  devicesOf<Each extends Owned>({ definition }: ChannelCode, devices: readonly Each[]): Each[] {
    const kinds = definition.address?.devices;
    return kinds ? devices.filter((device) => isReachable(kinds, device)) : [];
  }

  /** Whether a message on each channel could get to a person with these traits, devices and consents. */
  reachability(person: Reachable & { unsubscribed: readonly string[] }): Record<string, boolean> {
    return Object.fromEntries(this.list().map((channel) => [channel.definition.name, this.reaches(channel, person)]));
  }

  /** The same for one channel; false for one that nobody brings. */
  canReach(name: string, person: Reachable & { unsubscribed: readonly string[] }): boolean {
    const channel = this.find(name);
    return channel !== undefined && this.reaches(channel, person);
  }

  private reaches(
    { definition, addressOf }: ChannelCode,
    { traits, devices, unsubscribed, country = null }: Reachable & { unsubscribed: readonly string[] },
  ): boolean {
    const { name, address } = definition;
    if (!address) return true;
    if (unsubscribed.includes(name)) return false;
    return address.devices ? deviceOf(address.devices, devices) !== undefined : addressOf(traits, { country }) !== null;
  }
}

function deviceOf(kinds: readonly string[], devices: Reachable['devices']): Reachable['devices'][number] | undefined {
  return devices.find((device) => isReachable(kinds, device));
}

function isReachable(kinds: readonly string[], { kind, permission }: Owned): boolean {
  return kinds.includes(kind) && permission !== 'denied';
}

function put<Value>(
  map: Map<string, Value>,
  { name, value, what }: { name: string; value: Value; what: string },
): void {
  if (map.has(name))
    throw new Error(
      `The ${what} ${name} is defined twice. Remove the package that redefines it from WEND_NODE_PACKAGES.`,
    );
  map.set(name, value);
}
