import { Module } from '@nestjs/common';
import { UpkeepService } from './upkeep.service.js';

/** Keeps the tables in shape; imported by one kind of process, the api. */
@Module({ providers: [UpkeepService] })
export class UpkeepModule {}
