import { Module } from '@nestjs/common';
import { RateBucketRepository } from './rate-buckets.repository.js';
import { RateLimitRepository } from './rate-limits.repository.js';
import { RateSettings } from './rate-settings.service.js';
import { RatesController } from './rates.controller.js';
import { MessageRates } from './rates.service.js';

/** How fast messages may go, for those who send. Needs `Database` (global). */
@Module({ providers: [RateLimitRepository, RateBucketRepository, MessageRates], exports: [MessageRates] })
export class RatesModule {}

/** Settings → Delivery, for the api process. */
@Module({ controllers: [RatesController], providers: [RateLimitRepository, RateSettings] })
export class RateSettingsModule {}
