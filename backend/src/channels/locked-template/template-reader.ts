import { Injectable } from '@nestjs/common';
import { LRUCache } from 'lru-cache';
import type { Scope } from '../../platform/database/index.js';
import type { StoredTemplate } from './stored-template.js';
import { TemplateRepository } from './template.repository.js';

/** So long a change of a template may go unnoticed by who sends: it is read once for many messages. */
const keptMs = 2_000;
const uuid = /^[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}$/i;

/** Templates for those who send. */
@Injectable()
export class TemplateReader {
  private readonly kept = new LRUCache<string, Promise<StoredTemplate | null>>({ max: 1_000, ttl: keptMs });

  constructor(private readonly repository: TemplateRepository) {}

  /** Those of a workspace as they are now, also archived ones. */
  all(scope: Scope): Promise<StoredTemplate[]> {
    return this.repository.list(scope, { archived: true });
  }

  /** Null when there is none; one that is archived still sends. */
  find(scope: Scope, id: string): Promise<StoredTemplate | null> {
    if (!uuid.test(id)) return Promise.resolve(null);
    const key = `${scope.workspaceId}:${id}`;
    const known = this.kept.get(key);
    if (known) return known;
    const fresh = this.repository.find(scope, { id });
    this.kept.set(key, fresh);
    fresh.catch(() => this.kept.delete(key));
    return fresh;
  }
}
