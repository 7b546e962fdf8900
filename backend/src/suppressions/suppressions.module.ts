import { Module } from '@nestjs/common';
import { ChannelRegistryModule } from '../channels/index.js';
import { SuppressionListService } from './suppression-list.service.js';
import { SuppressionRepository } from './suppression.repository.js';
import { SuppressionsController } from './suppressions.controller.js';
import { Suppressions } from './suppressions.service.js';

/** Which addresses get no messages, for those who send. Needs `Database` and `Secrets` (global modules). */
@Module({
  imports: [ChannelRegistryModule],
  providers: [SuppressionRepository, Suppressions],
  exports: [SuppressionRepository, Suppressions],
})
export class SuppressionsModule {}

/** The same with the list under Settings, for the api process. Needs `AccessModule`. */
@Module({
  imports: [SuppressionsModule, ChannelRegistryModule],
  controllers: [SuppressionsController],
  providers: [SuppressionListService],
})
export class SuppressionListModule {}
