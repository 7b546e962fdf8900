/**
 * What one workspace notices of another that is slow: the time from "accepted over HTTP" to the webhook at the
 * receiver, alone and beside a receiver that hangs, templates that take long, and custom nodes that hang.
 */
import { randomUUID } from 'node:crypto';
import { graphOf, heavySms, hangingNode, hangingWebhook, nodeAndWebhook } from '../graphs.mjs';
import { latencies } from '../statistics.mjs';
import { figure, printTable } from '../table.mjs';
import { pause, until } from '../until.mjs';

const perSecond = 4;
const measured = 'Neighbour Begun';

export const measureNeighbours = async (system, { size, log }) => {
  const { product, sink } = system;
  const other = await system.another('Slow');
  const journeys = [
    {
      name: 'a receiver that hangs',
      event: 'Slow Hook',
      graph: hangingWebhook,
      people: size.neighbours.hooks,
      begun: async () => sink.hanging >= 32 && (await queued(system, other)) === size.neighbours.hooks,
    },
    {
      name: 'templates that take long',
      event: 'Slow Text',
      graph: heavySms,
      people: size.neighbours.texts,
      begun: async () => (await queued(system, other)) > 0,
    },
    {
      name: 'custom nodes that hang',
      event: 'Slow Node',
      graph: hangingNode,
      people: size.neighbours.nodes,
      begun: () => sink.hanging >= size.neighbours.nodes,
    },
  ];
  await product.publish({ name: 'Neighbour', graph: nodeAndWebhook({ event: measured, url: product.sinkUrl }) });
  log('warm-up');
  await openLoop(system, { seconds: 2 });
  log('alone');
  const alone = await openLoop(system, { seconds: size.neighbours.seconds });
  const found = [];
  for (const { name, event, graph, people, begun } of journeys) {
    log(`beside ${people} × ${name}`);
    sink.hold();
    const journey = await other.publish({ name: event, graph: graphOf(graph({ event, url: sink.hangUrl })) });
    const userIds = Array.from({ length: people }, () => randomUUID());
    await other.identify(userIds);
    await other.trackEach({ userIds, event });
    await until(begun, { what: `${name} to be under way` });
    // Their runs have begun: what follows is beside slow work, no longer beside a rush of people.
    await openLoop(system, { seconds: 3 });
    found.push({ name, people, ...(await openLoop(system, { seconds: size.neighbours.seconds })) });
    sink.release();
    await takeAway(system, { workspace: other, journey });
  }
  return report({ alone, found });
};

const pending = async ({ wend }, { workspaceId }) =>
  (
    await wend.query(
      `select (
          select count(*)::int from messages where workspace_id = $1 and status in ('queued', 'sending')
        ) + (select count(*)::int from enrollments where workspace_id = $1 and ended_at is null) as count`,
      [workspaceId],
    )
  ).rows[0].count;

const queued = async ({ wend }, { workspaceId }) =>
  (
    await wend.query(
      `select count(*)::int as count from messages where workspace_id = $1 and status in ('queued', 'sending')`,
      [workspaceId],
    )
  ).rows[0].count;

/** Ends what is slow without waiting for it: messages that were turned away would be tried again for minutes. */
const takeAway = async ({ wend, ...system }, { workspace, journey }) => {
  await workspace.stop(journey);
  await until(
    async () => {
      await wend.query(
        `update messages set status = 'suppressed', reason = 'aborted' where workspace_id = $1 and status = 'queued'`,
        [workspace.workspaceId],
      );
      return (await pending({ wend, ...system }, workspace)) === 0;
    },
    { what: 'the slow ones to end', withinSeconds: 300 },
  );
};

/** A run each, at a fixed rate. */
const openLoop = async ({ product, sink }, { seconds }) => {
  const userIds = Array.from({ length: perSecond * seconds }, () => randomUUID());
  await product.identify(userIds);
  const accepted = new Map();
  const start = performance.now();
  await Promise.all(
    userIds.map(async (userId, index) => {
      await pause(start + (index * 1000) / perSecond - performance.now());
      await product.ingest('/v1/track', { userId, event: measured });
      accepted.set(userId, performance.now());
    }),
  );
  await until(() => userIds.every((userId) => sink.arrivalOf(userId)), { what: 'the webhooks', withinSeconds: 180 });
  return latencies(userIds.map((userId) => Math.max(0, sink.arrivalOf(userId) - accepted.get(userId))));
};

const report = ({ alone, found }) => {
  const row = (title, { p50, p95, max }) => [title, figure(p50), figure(p95), figure(max)];
  printTable({
    title: `One workspace beside a slow one: accepted → custom node → webhook at the receiver, ${perSecond}/s`,
    head: ['ms', 'p50', 'p95', 'max'],
    rows: [row('alone', alone), ...found.map(({ name, people, ...times }) => row(`beside ${people} × ${name}`, times))],
  });
  return {
    result: { alone, found },
    goals: found.map(({ name, p95 }) => ({
      goal: `p95 beside ${name} < 2 × alone`,
      measured: p95 / alone.p95,
      limit: 2,
      met: p95 < 2 * alone.p95,
      unit: '×',
    })),
  };
};
