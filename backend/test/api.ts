import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { personChannels } from '@wend/contract';
import type { ApiKeyScope, Problem, PublishMoves, Role } from '@wend/contract';
import { ProvisioningService } from '../src/access/index.js';
import { ConnectionRepository } from '../src/channels/connection.repository.js';
import { createApi } from '../src/api.js';
import { apiConfig } from '../src/platform/config/index.js';
import type { Database } from '../src/platform/database/index.js';
import { logger } from '../src/platform/logging/index.js';
import { testDatabase } from './database.js';

/** What every member of a test signs in with. */
export const password = 'correct horse battery';
/** With it the first owner is made. */
export const setupToken = 'set-up token of the tests';

export type Answer<Body = any> = { status: number; headers: Headers; body: Body };
/** Calls the api as one person, program or stranger. A body becomes JSON unless it is a string. */
export type Client = {
  get: <Body = any>(path: string) => Promise<Answer<Body>>;
  send: <Body = any>(
    method: string,
    path: string,
    body?: unknown,
    headers?: Record<string, string>,
  ) => Promise<Answer<Body>>;
};
export type TestWorkspace = {
  id: string;
  scope: { workspaceId: string };
  owner: Client;
  /** What the owner signs in with, beside `password`. */
  ownerEmail: string;
  member: (role: Role) => Promise<Client>;
  key: (...scopes: ApiKeyScope[]) => Promise<Client & { key: string }>;
};
export type TestApi = {
  url: string;
  databaseUrl: string;
  database: Database;
  app: NestExpressApplication;
  stranger: Client;
  /** Makes a workspace with a signed-in owner. */
  workspace: () => Promise<TestWorkspace>;
  close: () => Promise<void>;
};

/**
 * Boots the whole api against a database of its own on a free port. `environment` overrides settings. Call `close` at
 * the end.
 */
export async function startTestApi({
  environment = {},
}: { environment?: Record<string, string> } = {}): Promise<TestApi> {
  logger.level = environment['WEND_LOG_LEVEL'] ?? 'fatal';
  const database = await testDatabase();
  const app = await createApi(
    apiConfig({
      DATABASE_URL: database.url,
      WEND_SECRET_KEY: '5'.repeat(64),
      WEND_API_PORT: '0',
      WEND_API_HOST: '127.0.0.1',
      WEND_SETUP_TOKEN: setupToken,
      TEMPORAL_ADDRESS: process.env['TEMPORAL_ADDRESS'],
      TEMPORAL_NAMESPACE: process.env['TEMPORAL_NAMESPACE'],
      ...environment,
    }),
  ).catch(async (error: unknown) => {
    await database.drop();
    throw error;
  });
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  const close = async (): Promise<void> => {
    await app.close();
    await database.drop();
  };
  return {
    url,
    databaseUrl: database.url,
    database: database.database,
    app,
    stranger: client({ url }),
    workspace: () => makeWorkspace({ url, app, database: database.database }),
    close,
  };
}

let count = 0;

type MakeWorkspaceOptions = {
  url: string;
  app: NestExpressApplication;
  database: Database;
};

async function makeWorkspace({ url, app, database }: MakeWorkspaceOptions): Promise<TestWorkspace> {
  const provisioning = app.get(ProvisioningService, { strict: false });
  count += 1;
  const email = `owner${count}@example.com`;
  const { workspaceId, memberId } = await provisioning.createWorkspaceWithOwner({
    name: `Workspace ${count}`,
    owner: { name: 'Olivia Owner', email, password },
  });
  await new ConnectionRepository(database).sandboxUndecided({ workspaceId }, personChannels());
  const member = async (role: Role): Promise<Client> => {
    count += 1;
    const address = `${role}${count}@example.com`;
    await database.query(
      `insert into members (workspace_id, email, name, role, password_hash) select workspace_id, $2, $3, $4,
          password_hash
        from members
        where id = $1`,
      [memberId, address, role, role],
    );
    return signIn({ url, email: address });
  };
  const key = async (...scopes: ApiKeyScope[]): Promise<Client & { key: string }> => {
    const made = await provisioning.createApiKey({ workspaceId }, { name: 'test', scopes });
    return { ...client({ url, headers: { authorization: `Bearer ${made.key}` } }), key: made.key };
  };
  return {
    id: workspaceId,
    scope: { workspaceId },
    owner: await signIn({ url, email }),
    ownerEmail: email,
    member,
    key,
  };
}

type SignInOptions = {
  url: string;
  email: string;
  password?: string;
};

/** A client with the session of the member with this address; all members of tests have the same password. */
export async function signIn({ url, email, password: given = password }: SignInOptions): Promise<Client> {
  const answer = await client({ url }).send('POST', '/api/session', { email, password: given });
  if (answer.status !== 200) throw new Error(`Sign-in failed: ${(answer.body as Problem).detail}`);
  return client({ url, headers: { cookie: answer.headers.get('set-cookie')!.split(';')[0]! } });
}

/** A client that sends these headers with each request. */
export function client({ url, headers = {} }: { url: string; headers?: Record<string, string> }): Client {
  const send: Client['send'] = async (method, path, body, more = {}) => {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers, ...more },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const json = response.headers.get('content-type')?.includes('json') ?? false;
    return { status: response.status, headers: response.headers, body: json && text !== '' ? JSON.parse(text) : text };
  };
  return { get: (path) => send('GET', path), send };
}

/** Publishes a draft as it is: looks at what that would do, and does it. The answer of whichever refuses. */
export async function publishDraft(
  client: Client,
  id: string,
  more: { note?: string; moves?: PublishMoves } = {},
): Promise<Answer> {
  const { moves } = more;
  const seen = await client.send('POST', `/api/journeys/${id}/publish/preview`, { ...(moves && { moves }) });
  if (seen.status !== 200) return seen;
  return client.send('POST', `/api/journeys/${id}/publish`, { token: seen.body.token, ...more });
}

/** Sets a provider up; where the workspace has a connection of it already, that is changed. */
export async function connect(client: Client, kind: string, settings: object): Promise<Answer> {
  const id = await connectionOf(client, kind);
  return id === undefined
    ? client.send('POST', '/api/connections', { kind, settings })
    : client.send('PUT', `/api/connections/${id}`, { settings });
}

/** Tries the settings of the first connection of a provider. */
export async function tryConnection(client: Client, kind: string): Promise<Answer> {
  const id = await connectionOf(client, kind);
  if (id === undefined) throw new Error(`There is no connection of “${kind}”.`);
  return client.send('POST', `/api/connections/${id}/test`);
}

async function connectionOf(client: Client, kind: string): Promise<string | undefined> {
  const { items } = (await client.get<{ items: { id: string; kind: string }[] }>('/api/connections')).body;
  return items.find((each) => each.kind === kind)?.id;
}
