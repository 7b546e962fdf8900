import { Module } from '@nestjs/common';
import type { DynamicModule, OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../config/index.js';
import { Database } from './database.js';

/** Lets every module inject `Database`. One per process; closed after the HTTP server and the workers have stopped. */
@Module({})
export class DatabaseModule implements OnApplicationShutdown {
  constructor(private readonly database: Database) {}

  static forRoot({ applicationName }: { applicationName: string }): DynamicModule {
    const database = {
      provide: Database,
      inject: [Config],
      useFactory: (config: Config) =>
        Database.connect({ url: config.databaseUrl, poolSize: config.databasePool, applicationName }),
    };
    return { module: DatabaseModule, global: true, providers: [database], exports: [Database] };
  }

  async onApplicationShutdown(): Promise<void> {
    await this.database.close();
  }
}
