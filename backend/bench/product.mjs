/** The product as its users reach it: the dashboard's API for journeys, the Segment HTTP API for people and events. */
import { personChannels } from '@wend/contract';
import { ProvisioningService } from '../dist/access/index.js';
import { Database } from '../dist/platform/database/index.js';
import { Pool } from 'undici';

const password = 'a password for benches';

export class Product {
  /** @param {{ url: string, databaseUrl: string, sinkPort: number }} options */
  static async create({ url, databaseUrl, sinkPort, name = 'Bench' }) {
    const email = `${name.toLowerCase()}@example.com`;
    const product = new Product();
    product.url = url;
    product.sinkUrl = `http://127.0.0.1:${sinkPort}/message`;
    product.pool = new Pool(url, { connections: 32 });
    const database = await Database.connect({ url: databaseUrl, poolSize: 2 });
    const provisioning = new ProvisioningService(database);
    const { workspaceId } = await provisioning.createWorkspaceWithOwner({ name, owner: { name, email, password } });
    product.workspaceId = workspaceId;
    product.writeKey = (await provisioning.createApiKey({ workspaceId }, { name: 'bench', scopes: ['ingest'] })).key;
    await database.query(
      `insert into channel_settings (workspace_id, channel, sandbox) select $1, c, true
        from unnest($2::text[]) c`,
      [workspaceId, personChannels()],
    );
    await database.close();
    const signedIn = await fetch(`${url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email, password }),
    });
    if (!signedIn.ok) throw new Error(`Sign-in: ${signedIn.status} ${await signedIn.text()}`);
    product.cookie = signedIn.headers.get('set-cookie').split(';')[0];
    return product;
  }

  /** Asks the dashboard's API as the workspace's owner; throws when it refuses. */
  async call(method, path, body) {
    const response = await fetch(`${this.url}${path}`, {
      method,
      headers: { cookie: this.cookie, ...(body === undefined ? {} : { 'content-type': 'application/json' }) },
      body: body === undefined ? undefined : JSON.stringify(body),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${method} ${path}: ${JSON.stringify(answer)}`);
    return answer;
  }

  /** Puts bytes of a file. @param {string} path @param {Buffer} bytes */
  async send(path, bytes) {
    const response = await fetch(`${this.url}${path}`, {
      method: 'PUT',
      headers: { cookie: this.cookie, 'content-type': 'application/octet-stream' },
      body: bytes,
    });
    if (!response.ok) throw new Error(`PUT ${path}: ${response.status} ${await response.text()}`);
  }

  /** @param {{ name: string, graph: object }} journey @returns {Promise<string>} its id */
  async create(journey) {
    return (await this.call('POST', '/api/journeys', journey)).id;
  }

  /** @param {{ name: string, graph: object }} journey @returns {Promise<string>} its id */
  async publish(journey) {
    const id = await this.create(journey);
    const { token } = await this.call('POST', `/api/journeys/${id}/publish/preview`);
    await this.call('POST', `/api/journeys/${id}/publish`, { token });
    return id;
  }

  /** Stops a journey: its runs are cancelled, and what waits to be sent is not. @param {string} id */
  async stop(id) {
    await this.call('POST', `/api/journeys/${id}/control`, { action: 'stop' });
  }

  /** Posts to the ingestion API; resolves when the events are committed. @param {string} path @param {object} body */
  async ingest(path, body) {
    const { statusCode, body: answer } = await this.pool.request({
      method: 'POST',
      path,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ writeKey: this.writeKey, ...body }),
    });
    const text = await answer.text();
    if (statusCode !== 200 || text.includes('rejected')) throw new Error(`${path}: ${statusCode} ${text}`);
  }

  /** Makes people known, in batches. @param {string[]} userIds */
  async identify(userIds) {
    const traits = (userId, index) => ({
      plan: index % 2 === 0 ? 'gold' : 'free',
      email: `${userId}@example.com`,
      phone: '+31612345678',
    });
    for (let from = 0; from < userIds.length; from += 100) {
      await this.ingest('/v1/batch', {
        batch: userIds
          .slice(from, from + 100)
          .map((userId, index) => ({ type: 'identify', userId, traits: traits(userId, index) })),
      });
    }
  }

  /**
   * One event per request, several requests at once. @param {{ userIds: string[], event: string, atOnce?: number,
   * properties?: object }} options
   */
  async trackEach({ userIds, event, atOnce = 16, properties }) {
    let next = 0;
    const lane = async () => {
      while (next < userIds.length)
        await this.ingest('/v1/track', {
          userId: userIds[next++],
          event,
          properties: { plan: 'gold', item: 'lamp', value: 12.5, ...properties },
        });
    };
    await Promise.all(Array.from({ length: atOnce }, lane));
  }

  close() {
    return this.pool.close();
  }
}
