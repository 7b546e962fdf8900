import type { LoggerService } from '@nestjs/common';
import pino from 'pino';

const secretFields = ['password', 'current', 'authorization', 'cookie', 'key', 'token', 'secret'];

/** The log of the process: JSON lines on standard output. Secrets are redacted, bodies of requests are never logged. */
export const logger = pino({
  base: undefined,
  redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  serializers: { error: pino.stdSerializers.err },
});

/** Nest's own lines in the same log. Its start-up chatter is kept for `debug`. */
export class NestLogger implements LoggerService {
  log(message: unknown, context?: string): void {
    logger.debug({ context }, String(message));
  }
  error(message: unknown, stack?: string, context?: string): void {
    logger.error({ context, stack }, String(message));
  }
  warn(message: unknown, context?: string): void {
    logger.warn({ context }, String(message));
  }
  debug(message: unknown, context?: string): void {
    logger.debug({ context }, String(message));
  }
}
