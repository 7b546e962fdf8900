import type { LoggerService } from '@nestjs/common';
import pino from 'pino';

const secretFields = ['password', 'current', 'authorization', 'cookie', 'key', 'token', 'secret'];

/**
 * An error without the values of the statement that failed, which TypeORM puts on it: hashes of passwords and tokens,
 * addresses, whole drafts.
 */
export function serializedError(error: unknown): unknown {
  const serialized = pino.stdSerializers.err(error as Error);
  if (!(error instanceof Error)) return serialized;
  const { parameters: _, ...rest } = serialized;
  return rest;
}

/** The log of the process: JSON lines on standard output. Secrets are redacted, bodies of requests are never logged. */
export const logger = pino({
  base: undefined,
  redact: { paths: secretFields.flatMap((field) => [field, `*.${field}`]), censor: '[redacted]' },
  serializers: { error: serializedError, err: serializedError },
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
