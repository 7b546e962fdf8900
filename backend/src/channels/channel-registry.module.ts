import { Global, Module } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { ChannelRegistry } from './channel-registry.js';

/** Lets every module inject `ChannelRegistry`. */
@Global()
@Module({
  providers: [
    {
      provide: ChannelRegistry,
      inject: [Config],
      useFactory: (config: Config) => ChannelRegistry.load(config.nodePackages),
    },
  ],
  exports: [ChannelRegistry],
})
export class ChannelRegistryModule {}
