import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import type { ProviderDefinition } from '@wend/node-sdk';
import { builtInProviders } from '../src/channels/built-in.js';
import type { Heard, Providers } from '../src/channels/index.js';
import { ConnectionRepository } from '../src/channels/index.js';
import type { Provider } from '../src/channels/provider.js';
import { openProvider } from '../src/channels/provider.js';
import { FeedbackController } from '../src/messages/feedback.controller.js';
import type { Config } from '../src/platform/config/index.js';
import { deliveryFixture, publicUrl } from './delivery-fixture.js';
import type { Journey } from './delivery-fixture.js';
import type { Call, FeedbackSubject } from './feedback-subjects.js';

export type FeedbackBench = Awaited<ReturnType<typeof feedbackBench>>;

/** The address that providers call, served over HTTP, with the database behind it. `subjects` open their providers. */
export async function feedbackBench(subjects: Record<string, FeedbackSubject>) {
  const fixture = await deliveryFixture();
  const { database, secrets } = fixture;
  const heard: Heard[] = [];
  fixture.listeners.add({
    name: 'bench',
    kinds: ['sent', 'delivered', 'failed', 'bounced', 'softBounced', 'complained', 'unsubscribed'],
    take: async (_, told) => void heard.push(told),
  });
  const open = new Map<string, Provider>();
  const find = (name: string): Provider | undefined => {
    const definition = builtInProviders.find((each: ProviderDefinition) => each.name === name);
    if (!open.has(name) && definition)
      open.set(name, openProvider(definition, { ...fixture.providers.services(), ...subjects[name]?.services }));
    return open.get(name);
  };
  const controller = new FeedbackController(
    new ConnectionRepository(database),
    fixture.connections,
    { find } as Providers,
    fixture.feedback,
    { publicUrl } as Config,
  );
  const app = express();
  app.all('/hooks/:workspaceId/:connectionId/:token', (request, response) =>
    controller.hear(request.params, request, response),
  );
  const server = createServer(app);
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const sealed = ({ workspaceId }: Journey, id: string, plain: Record<string, string> = {}) =>
    secrets.seal({ purpose: 'connection', context: `${workspaceId}:${id}`, plain: JSON.stringify(plain) });

  return {
    fixture,
    /** What listeners were told. */
    heard,
    find,
    /** A saved connection; `address` is where the other side calls. */
    async connect(journey: Journey, { kind, subject }: { kind: string; subject: FeedbackSubject }) {
      const { workspaceId } = journey;
      const [row] = await database.query<{ id: string }>(
        'insert into connections (workspace_id, kind, name, settings) values ($1, $2, $2, $3) returning id',
        [workspaceId, kind, JSON.stringify(subject.settings ?? {})],
      );
      const { id } = row!;
      await database.query('update connections set secrets = $3 where workspace_id = $1 and id = $2', [
        workspaceId,
        id,
        sealed(journey, id, subject.secrets),
      ]);
      return { id, address: fixture.connections.feedbackUrl({ workspaceId }, id) };
    },
    /** Keeps the secrets of before beside those of now until then. */
    async rotate(
      journey: Journey,
      { connection, subject, untilMs }: { connection: { id: string }; subject: FeedbackSubject; untilMs: number },
    ) {
      await database.query(
        `update connections set old_secrets = $3, old_secrets_until = $4, updated_at = clock_timestamp()
         where workspace_id = $1 and id = $2`,
        [journey.workspaceId, connection.id, sealed(journey, connection.id, subject.before), new Date(untilMs)],
      );
    },
    /** Calls as the other side does; the status of the answer. */
    async call(address: string, { body, headers, query = '' }: Call, method = 'POST'): Promise<number> {
      const answer = await fetch(address.replace(publicUrl, origin) + query, {
        method,
        headers,
        ...(method === 'POST' && { body }),
      });
      await answer.arrayBuffer();
      return answer.status;
    },
    /** How many callbacks wait for their messages. */
    async waiting({ workspaceId }: Journey): Promise<number> {
      const rows = await database.query('select 1 from feedback_waiting where workspace_id = $1', [workspaceId]);
      return rows.length;
    },
    async sweep() {
      await database.query('update feedback_waiting set due_at = now()');
      await fixture.feedback.sweep();
    },
    async forgetWaiting({ workspaceId }: Journey) {
      await database.query('delete from feedback_waiting where workspace_id = $1', [workspaceId]);
    },
    async close() {
      await new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
      await Promise.all([...open.values()].map((provider) => provider.close?.()));
      await fixture.close();
    },
  };
}
