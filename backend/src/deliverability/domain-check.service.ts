import { domainToASCII } from 'node:url';
import { isIP } from 'node:net';
import { Injectable } from '@nestjs/common';
import type { DomainCheck } from '@wend/contract';
import { LRUCache } from 'lru-cache';
import { ChannelRegistry, ConnectionRepository } from '../channels/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { checkDomain } from './check-domain.js';
import { systemDns } from './dns.js';

const label = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9])?$/;

/** What DNS says about a sending domain. Only DNS is asked, never the domain itself. */
@Injectable()
export class DomainCheckService {
  private readonly checked = new LRUCache<string, Promise<DomainCheck>>({ max: 500, ttl: 60_000 });
  /** Replaced by tests. */
  dns = systemDns;

  constructor(
    private readonly connections: ConnectionRepository,
    private readonly registry: ChannelRegistry,
  ) {}

  /** A minute long the same answer: whoever waits for DNS presses again and again. */
  async check(
    scope: Scope,
    { domain: given, connectionId }: { domain: string; connectionId?: string | undefined },
  ): Promise<DomainCheck> {
    const domain = domainOf(given);
    const connection = connectionId === undefined ? null : await this.connections.find(scope, { id: connectionId });
    if (connectionId !== undefined && !connection) throw notFound('connection');
    const sending = connection
      ? (this.registry.provider(connection.kind)?.sendingDomain(connection.settings) ?? {})
      : {};
    const key = JSON.stringify([scope.workspaceId, domain, sending]);
    const known = this.checked.get(key);
    if (known) return known;
    const checking = checkDomain({ dns: this.dns(), domain, sending }).then((items) => ({
      domain,
      checkedAt: new Date().toISOString(),
      items,
    }));
    this.checked.set(key, checking);
    checking.catch(() => this.checked.delete(key));
    return checking;
  }
}

function domainOf(given: string): string {
  const domain = domainToASCII(given.slice(given.lastIndexOf('@') + 1).replace(/\.$/, '')).toLowerCase();
  const labels = domain.split('.');
  if (labels.length < 2 || isIP(domain) !== 0 || domain.length > 253 || !labels.every((each) => label.test(each)))
    throw new UserError('invalid-domain', `“${given.slice(0, 100)}” is no domain, such as example.com.`, {
      errors: [{ path: 'domain', message: 'is no domain' }],
    });
  return domain;
}
