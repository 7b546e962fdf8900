import { Global, Module } from '@nestjs/common';
import { ChannelRegistry, ChannelRegistryModule } from '../channels/index.js';
import { Config } from '../platform/config/index.js';
import { NodeRegistry } from './node-registry.js';

/** Lets every module inject `NodeRegistry`; api and worker both need it, so it stands apart from the routes. */
@Global()
@Module({
  imports: [ChannelRegistryModule],
  providers: [
    {
      provide: NodeRegistry,
      inject: [Config, ChannelRegistry],
      useFactory: async (config: Config, channels: ChannelRegistry) => {
        const nodes = await NodeRegistry.load(config.nodePackages);
        for (const { type, channel } of nodes.manifests())
          if (channel !== undefined && !channels.find(channel))
            throw new Error(`The node ${type} sends by the channel “${channel}”, which no package brings.`);
        return nodes;
      },
    },
  ],
  exports: [NodeRegistry],
})
export class NodeRegistryModule {}
