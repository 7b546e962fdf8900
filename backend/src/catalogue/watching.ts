import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnApplicationShutdown } from '@nestjs/common';
import { Config } from '../platform/config/index.js';
import { Listener } from '../platform/database/index.js';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';

/** How long after the last word of a watcher a workspace is watched. Watchers say so every five seconds. */
const watchedMs = 15_000;

/**
 * Which workspaces somebody watches, in this or another process. It is heard by notification: without watchers nothing
 * is asked or written.
 */
@Injectable()
export class Watching implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly until = new Map<string, number>();
  private readonly listener: Listener;

  constructor(config: Config) {
    this.listener = new Listener({
      url: config.databaseUrl,
      channels: ['wend_watch'],
      logger,
      notify: (_, workspaceId) => this.heard(workspaceId),
    });
  }

  async onApplicationBootstrap(): Promise<void> {
    await this.listener.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.listener.stop();
  }

  isWatched({ workspaceId }: Scope): boolean {
    if (this.until.size === 0) return false;
    const until = this.until.get(workspaceId);
    if (until === undefined) return false;
    if (until > Date.now()) return true;
    this.until.delete(workspaceId);
    return false;
  }

  private heard(workspaceId: string): void {
    if (workspaceId !== '') this.until.set(workspaceId, Date.now() + watchedMs);
  }
}
