import { createHash } from 'node:crypto';
import type { Program } from '@wend/contract';

/**
 * SHA-256 (hex) of a program's canonical JSON: keys sorted, no spaces. Equal programs have equal hashes, however they
 * were made.
 */
export function programHash(program: Program): string {
  return createHash('sha256').update(canonicalJson(program)).digest('hex');
}

/** JSON with sorted keys; what JSON cannot hold (undefined) is left out, as `JSON.stringify` does. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_, item: unknown) =>
    item !== null && typeof item === 'object' && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).sort(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
