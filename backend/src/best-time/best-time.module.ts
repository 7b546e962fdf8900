import { Module } from '@nestjs/common';
import { BestTimeFollower } from './best-time-follower.js';
import { BestTimeRepository } from './best-time.repository.js';
import { BestTimes } from './best-times.js';

/** When people are likeliest to look. */
@Module({ providers: [BestTimeRepository, BestTimes], exports: [BestTimes] })
export class BestTimeModule {}

/** Counts what people do by the hour, for the worker process. */
@Module({ providers: [BestTimeFollower], exports: [BestTimeFollower] })
export class BestTimeFollowerModule {}
