import { randomBytes, randomInt, randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import type { JsonObject } from '@wend/contract';
import { ProvisioningService } from '../access/index.js';
import { OperationalError, UserError } from '../platform/errors/index.js';
import type { Scope } from '../platform/database/index.js';
import { DemoRepository } from './demo.repository.js';
import { makePerson } from './people.js';
import type { DemoPerson } from './people.js';
import { seededRandom } from './random.js';
import type { Random } from './random.js';
import { storyFor } from './stories.js';

const pauseMs = 1_500;

type SendOptions = {
  scope: Scope;
  people: number;
  origin: string;
};

/** Sends what the SDKs of a shop would send, through the public ingestion API. Only for demo workspaces. */
@Injectable()
export class TrafficService {
  constructor(
    private readonly repository: DemoRepository,
    private readonly provisioning: ProvisioningService,
  ) {}

  /** `origin`: where this api listens. Resolves once every event is accepted. */
  async send({ scope, people, origin }: SendOptions): Promise<{ people: number; events: number }> {
    if (!(await this.repository.isDemo(scope))) {
      throw new UserError(
        'not-a-demo',
        'Sample customers only work in a demo workspace. Connect your own site or server with an API key from Settings.',
        { status: 409 },
      );
    }
    const key = await this.provisioning.createApiKey(scope, { name: 'Demo traffic', scopes: ['ingest'] });
    try {
      const random = seededRandom(randomInt(2 ** 32));
      const prefix = `nw-${randomBytes(3).toString('hex')}-`;
      const offset = random.integer(0, 59);
      const crowd = Array.from({ length: people }, (_, number) =>
        visit({ person: makePerson({ number: number + offset, random, prefix }), number: number + offset, random }),
      );
      const first = crowd.map(({ first: batch }) => batch);
      const later = crowd.map(({ later: batch }) => batch).filter((batch) => batch.length > 0);
      await Promise.all(first.map((batch) => post({ origin, key: key.key, batch })));
      if (later.length > 0) await delay(pauseMs);
      await Promise.all(later.map((batch) => post({ origin, key: key.key, batch })));
      return { people, events: [...first, ...later].reduce((sum, batch) => sum + batch.length, 0) };
    } finally {
      await this.repository.removeKey(scope, key.id);
    }
  }
}

/** One visit: looking around, signing in, what brings the person into a journey, and for some what follows at once. */
function visit({ person, number, random }: { person: DemoPerson; number: number; random: Random }): {
  first: JsonObject[];
  later: JsonObject[];
} {
  const story = storyFor({ number, random });
  const now = Date.now();
  const common = { anonymousId: person.anonymousId, context: person.context };
  const event = (name: string, properties: JsonObject, at: number): JsonObject => ({
    type: 'track',
    event: name,
    properties,
    ...common,
    userId: person.userId,
    timestamp: new Date(at).toISOString(),
    messageId: `demo-${randomUUID()}`,
  });
  const first: JsonObject[] = [
    {
      type: 'page',
      name: 'Home',
      properties: { path: '/' },
      ...common,
      timestamp: new Date(now - random.integer(40_000, 90_000)).toISOString(),
      messageId: `demo-${randomUUID()}`,
    },
    {
      type: 'identify',
      traits: person.traits,
      ...common,
      userId: person.userId,
      timestamp: new Date(now - 3_000).toISOString(),
      messageId: `demo-${randomUUID()}`,
    },
    event(story.entry.event, story.entry.properties, now - 500),
  ];
  const follow = random.chance(0.35) ? story.acts.find((act) => 'event' in act) : undefined;
  const later = follow && 'event' in follow ? [event(follow.event, follow.properties, now + pauseMs)] : [];
  return { first, later };
}

async function post({ origin, key, batch }: { origin: string; key: string; batch: JsonObject[] }): Promise<void> {
  const response = await fetch(`${origin}/v1/batch`, {
    method: 'POST',
    redirect: 'error',
    headers: {
      'content-type': 'application/json',
      authorization: `Basic ${Buffer.from(`${key}:`).toString('base64')}`,
    },
    body: JSON.stringify({ batch, sentAt: new Date().toISOString() }),
  });
  const answer = (await response.json()) as { rejected?: { path: string; message: string }[]; detail?: string };
  if (!response.ok)
    throw new OperationalError(
      'traffic-refused',
      `The ingestion API answered ${response.status}: ${answer.detail ?? 'no reason given'}`,
    );
  if (answer.rejected)
    throw new Error(`The demo's own events were rejected: ${JSON.stringify(answer.rejected.slice(0, 3))}`);
}
