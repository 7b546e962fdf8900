import { Module } from '@nestjs/common';
import { AccessModule } from '../access/index.js';
import { OutboundModule } from '../platform/outbound/index.js';
import { HttpConnectionRepository } from './http-connection.repository.js';
import { HttpConnectionSecrets } from './http-connection-secrets.js';
import { HttpConnectionSettings } from './http-connection-settings.service.js';
import { HttpConnections } from './http-connections.js';
import { HttpConnectionsController } from './http-connections.controller.js';

/** Asks others with saved credentials, for whoever runs steps. */
@Module({
  imports: [OutboundModule],
  providers: [HttpConnectionRepository, HttpConnectionSecrets, HttpConnections],
  exports: [HttpConnections],
})
export class HttpConnectionsModule {}

/** Settings → API connections, for the api process. */
@Module({
  imports: [AccessModule],
  controllers: [HttpConnectionsController],
  providers: [HttpConnectionRepository, HttpConnectionSecrets, HttpConnectionSettings],
})
export class HttpConnectionSettingsModule {}
