import { Injectable } from '@nestjs/common';
import type { HttpAuth } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { logger } from '../platform/logging/index.js';
import { OutboundError, SafeHttpClient } from '../platform/outbound/index.js';
import type { OutboundRequest, OutboundResponse } from '../platform/outbound/index.js';
import { HttpConnectionRepository } from './http-connection.repository.js';
import type { HttpConnectionRow } from './http-connection.repository.js';
import { HttpConnectionSecrets } from './http-connection-secrets.js';

type Call = OutboundRequest & { connection: string };

/** What stands for a secret that an answer repeats. */
const blot = '•••';
/** Shorter ones would blot words that only look like them. */
const shortestBlotted = 6;

/**
 * Asks others with the credentials of an API connection. They go to its own servers alone: the address is checked before
 * they are added, the safe client follows no redirect, and where the answer repeats them they are blotted out.
 */
@Injectable()
export class HttpConnections {
  constructor(
    private readonly repository: HttpConnectionRepository,
    private readonly secrets: HttpConnectionSecrets,
    private readonly http: SafeHttpClient,
  ) {}

  /** Those that there are. */
  async list(scope: Scope): Promise<{ id: string; name: string }[]> {
    return (await this.repository.list(scope)).map(({ id, name }) => ({ id, name }));
  }

  /** Throws `OutboundError` (`refused`) where the connection is gone, or the address is none of its servers. */
  async request(scope: Scope, { connection, ...call }: Call): Promise<OutboundResponse> {
    const row = isId(connection) ? await this.repository.find(scope, connection) : null;
    if (!row) throw refused('The API connection of this step was deleted. Choose another one.');
    const url = URL.canParse(call.url) ? new URL(call.url) : null;
    if (!url || !row.origins.includes(url.origin))
      throw refused(
        `The API connection “${row.name}” is for ${row.origins.join(', ')} only, not for ${url ? url.origin : 'this address'}.`,
      );
    const secret = this.opened(scope, row);
    const { headers, parameter } = credentialsOf(row.auth, secret);
    if (parameter !== undefined) url.searchParams.set(parameter, secret);
    const own = Object.entries(call.headers ?? {}).filter(([name]) => !Object.hasOwn(headers, name.toLowerCase()));
    const answer = await this.http.request({
      ...call,
      url: url.href,
      headers: { ...Object.fromEntries(own), ...headers },
    });
    const hide = blotter([secret, ...Object.values(headers).map((value) => value.replace(/^(Basic|Bearer) /, ''))]);
    return {
      status: answer.status,
      headers: Object.fromEntries(Object.entries(answer.headers).map(([name, value]) => [name, hide(value)])),
      body: hide(answer.body),
    };
  }

  private opened(scope: Scope, row: HttpConnectionRow): string {
    try {
      return this.secrets.open(scope, row);
    } catch (error) {
      logger.error({ err: error, connection: row.id }, 'the secret of an API connection cannot be opened');
      throw refused(`The secret of the API connection “${row.name}” can’t be read any more. Enter it again.`);
    }
  }
}

function refused(words: string): OutboundError {
  return new OutboundError('refused', words, false);
}

function isId(text: string): boolean {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text);
}

function credentialsOf(auth: HttpAuth, secret: string): { headers: Record<string, string>; parameter?: string } {
  switch (auth.kind) {
    case 'bearer':
      return { headers: { authorization: `Bearer ${secret}` } };
    case 'basic':
      return { headers: { authorization: `Basic ${Buffer.from(`${auth.username}:${secret}`).toString('base64')}` } };
    case 'header':
      return { headers: { [auth.header.toLowerCase()]: secret } };
    case 'query':
      return { headers: {}, parameter: auth.parameter };
  }
}

/** Also as it stands in JSON and in addresses. */
function blotter(secrets: readonly string[]): (text: string) => string {
  const forms = secrets
    .filter(({ length }) => length >= shortestBlotted)
    .flatMap((secret) => [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)])
    .sort((one, other) => other.length - one.length);
  return (text) => [...new Set(forms)].reduce((left, form) => left.replaceAll(form, blot), text);
}
