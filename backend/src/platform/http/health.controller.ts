import { Controller, Get, Res } from '@nestjs/common';
import type { Response } from 'express';
import { Database } from '../database/index.js';
import { logger } from '../logging/index.js';
import { Access } from './route.decorator.js';

const timeoutMs = 1_000;

/**
 * For load balancers and the starter: 200 when the process can do its work, 503 when the database does not answer in a
 * second.
 */
@Controller()
export class HealthController {
  constructor(private readonly database: Database) {}

  @Get('/health')
  @Access('public')
  async health(
    @Res({ passthrough: true }) response: Response,
  ): Promise<{ status: 'ok' | 'down'; database: 'ok' | 'down' }> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
    });
    try {
      await Promise.race([this.database.ping(), late]);
      return { status: 'ok', database: 'ok' };
    } catch (error) {
      logger.warn({ error }, 'health: the database does not answer');
      response.status(503).set('Retry-After', '5');
      return { status: 'down', database: 'down' };
    } finally {
      clearTimeout(timer);
    }
  }
}
