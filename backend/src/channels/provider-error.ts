import type { ProviderError } from '@wend/node-sdk';

/** A package may bring a copy of the SDK of its own, and with it an error class of its own: the name tells. */
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === 'ProviderError';
}
