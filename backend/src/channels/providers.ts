import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import type { ProviderServices } from '@wend/node-sdk';
import { Destinations, SafeHttpClient } from '../platform/outbound/index.js';
import { ChannelRegistry } from './channel-registry.js';
import { TemplateReader } from './locked-template/template-reader.js';
import { openProvider, servicesOf } from './provider.js';
import type { Provider } from './provider.js';
import { sandbox } from './sandbox.provider.js';

/** The providers of this process at work, each opened when it is first needed. */
@Injectable()
export class Providers implements OnApplicationShutdown {
  private readonly open = new Map<string, Provider>([[sandbox.name, sandbox]]);

  constructor(
    private readonly registry: ChannelRegistry,
    private readonly http: SafeHttpClient,
    private readonly destinations: Destinations,
    private readonly templates: TemplateReader,
  ) {}

  /** Undefined for one whose package is gone. */
  find(name: string): Provider | undefined {
    const known = this.open.get(name);
    const definition = this.registry.provider(name);
    if (known || !definition) return known;
    const provider = openProvider(definition, this.services());
    this.open.set(name, provider);
    return provider;
  }

  /** The ways out that all of them are given. */
  services(): ProviderServices {
    return servicesOf({
      http: this.http,
      destinations: this.destinations,
      template: ({ workspaceId, id }) => this.templates.find({ workspaceId }, id),
    });
  }

  async onApplicationShutdown(): Promise<void> {
    await Promise.all([...this.open.values()].map((provider) => provider.close?.()));
    this.open.clear();
  }
}
