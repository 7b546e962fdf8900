import 'reflect-metadata';
import { setTimeout as delay } from 'node:timers/promises';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { SeedModule, SeedService, ensureDemoAccounts, seedConfig } from '../demo/index.js';
import { Runs } from '../enrollments/index.js';
import { ConfigModule } from '../platform/config/index.js';
import type { Config } from '../platform/config/index.js';
import { Database, DatabaseModule } from '../platform/database/index.js';
import { NestLogger, logger } from '../platform/logging/index.js';
import { SecretsModule } from '../platform/secrets/index.js';

const people = 60;

@Module({})
class SeedProcessModule {
  static forRoot(config: Config): DynamicModule {
    const database = DatabaseModule.forRoot({ applicationName: 'wend-seed' });
    return { module: SeedProcessModule, imports: [ConfigModule.forRoot(config), database, SecretsModule, SeedModule] };
  }
}

/**
 * `--accounts-only` makes workspace, member and key; without it the demo's journeys and people too. Both may run again.
 */
async function main(): Promise<void> {
  const { config, loginFile } = seedConfig();
  logger.level = config.logLevel === 'info' ? 'warn' : config.logLevel;
  const database = await Database.connect({ url: config.databaseUrl, poolSize: 2, applicationName: 'wend-seed' });
  const accounts = await ensureDemoAccounts({ database, file: loginFile }).finally(() => database.close());
  if (process.argv.includes('--accounts-only')) return say(`Demo workspace ready: ${accounts.email}`);
  const app = await NestFactory.createApplicationContext(SeedProcessModule.forRoot(config), {
    logger: new NestLogger(),
    abortOnError: false,
  });
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => process.exit(0));
  await temporalConnected(app.get(Runs, { strict: false }));
  const caller = {
    workspaceId: accounts.workspaceId,
    actor: { kind: 'member' as const, id: accounts.memberId, role: 'owner' as const, email: accounts.email },
  };
  const failed = await app.get(SeedService, { strict: false }).seed({ caller, people, progress: say });
  await app.close();
  if (failed > 0) throw new Error(`${failed} of ${people} people could not be brought to now.`);
  say(`${people} people`);
}

async function temporalConnected(runs: Runs): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isConnected(runs)) {
    if (Date.now() > deadline) throw new Error('Temporal cannot be reached.');
    await delay(100);
  }
}

function isConnected(runs: Runs): boolean {
  try {
    return runs.client !== null;
  } catch {
    return false;
  }
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
});
