import { Global, Injectable, Module } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/index.js';
import { Destinations } from './destination.js';
import { SafeHttpClient } from './safe-http-client.js';

@Injectable()
class CloseClient implements OnApplicationShutdown {
  constructor(private readonly client: SafeHttpClient) {}
  async onApplicationShutdown(): Promise<void> {
    await this.client.close();
  }
}

/** Lets every module inject the one `SafeHttpClient`, and `Destinations` for protocols other than HTTP. */
@Global()
@Module({
  providers: [
    {
      provide: Destinations,
      inject: [Config],
      useFactory: (config: Config) => new Destinations({ allow: config.outboundAllow }),
    },
    {
      provide: SafeHttpClient,
      inject: [Config],
      useFactory: (config: Config) => new SafeHttpClient({ allow: config.outboundAllow }),
    },
    CloseClient,
  ],
  exports: [Destinations, SafeHttpClient],
})
export class OutboundModule {}
