import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Caller } from '../platform/http/index.js';
import { ApiKeyRepository } from './api-key.repository.js';
import { looksLikeApiKey, tokenHash } from './tokens.js';

/**
 * A revoked key works for at most this long on other processes, and one whose maker may less than before; on the
 * process that revoked it, not at all.
 */
const cacheMs = 5_000;
const cacheSize = 10_000;

/** Tells who an API key belongs to, for management routes and ingestion. */
@Injectable()
export class KeyAuthenticator {
  private readonly cache = new LRUCache<string, Caller>({ max: cacheSize, ttl: cacheMs });

  constructor(private readonly keys: ApiKeyRepository) {}

  /** Null when the key is unknown or revoked. Known keys are remembered for a few seconds. */
  async authenticateKey(secret: string): Promise<Caller | null> {
    if (!looksLikeApiKey(secret)) return null;
    const hash = tokenHash(secret);
    const cacheKey = hash.toString('base64');
    const known = this.cache.get(cacheKey);
    if (known) return known;
    const key = await this.keys.use(hash);
    if (!key) return null;
    const caller: Caller = {
      workspaceId: key.workspaceId,
      actor: { kind: 'key', id: key.id, scopes: key.scopes, role: key.role },
    };
    this.cache.set(cacheKey, caller);
    return caller;
  }

  /** Whose key this was before it was revoked; null when it never was one. */
  async revokedKey(secret: string): Promise<{ workspaceId: string; id: string } | null> {
    return looksLikeApiKey(secret) ? this.keys.revoked(tokenHash(secret)) : null;
  }

  forget(hash: Buffer): void {
    this.cache.delete(hash.toString('base64'));
  }
}
