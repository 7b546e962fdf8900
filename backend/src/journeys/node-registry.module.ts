import { Global, Module } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { NodeRegistry } from './node-registry.js';

/** Lets every module inject `NodeRegistry`; api and worker both need it, so it stands apart from the routes. */
@Global()
@Module({
  providers: [{ provide: NodeRegistry, inject: [Config], useFactory: (config: Config) => NodeRegistry.load(config.nodePackages) }],
  exports: [NodeRegistry],
})
export class NodeRegistryModule {}
