/** History events and state transitions per kind of node, as the Temporal server counts them. */
import { randomUUID } from 'node:crypto';
import { Connection } from '@temporalio/client';
import { nodeKinds } from '../graphs.mjs';
import { openExecutions } from '../runs.mjs';
import { printTable } from '../table.mjs';
import { until } from '../until.mjs';

const awaited = 'History Awaited';

export const measureHistory = async (system, { log }) => {
  const connection = await Connection.connect({ address: system.temporalAddress });
  try {
    const describe = (workflowId) => describeExecution({ connection, namespace: system.namespace, workflowId });
    log('one run per kind of node');
    const kinds = await productRuns(system, describe);
    const baselines = await baselineRuns(system, describe);
    return report([...kinds, ...baselines]);
  } finally {
    await connection.close();
  }
};

const describeExecution = async ({ connection, namespace, workflowId }) => {
  const { workflowExecutionInfo: info } = await connection.workflowService.describeWorkflowExecution({
    namespace,
    execution: { workflowId },
  });
  return {
    events: Number(info.historyLength),
    transitions: Number(info.stateTransitionCount),
    bytes: Number(info.historySizeBytes),
    status: info.status,
  };
};

const productRuns = async ({ product, wend }, describe) => {
  const kinds = nodeKinds({ url: product.sinkUrl, awaited });
  const started = [];
  for (const [index, { kind, graph, awaited: waits }] of kinds.entries()) {
    const event = `History ${index}`;
    const journeyId = await product.publish({ name: kind, graph: graph(event) });
    const userId = randomUUID();
    await product.identify([userId]);
    await product.trackEach({ userIds: [userId], event });
    started.push({ kind, journeyId, userId, waits });
  }
  for (const { journeyId, userId, waits } of started) {
    if (!waits) continue;
    await until(
      async () =>
        (
          await wend.query(
            `select 1
              from waits w
              join enrollments e on e.workspace_id = w.workspace_id and e.id = w.enrollment_id
              where e.journey_id = $1`,
            [journeyId],
          )
        ).rowCount === 1,
      { what: 'the wait' },
    );
    await product.trackEach({ userIds: [userId], event: awaited });
  }
  const found = [];
  for (const { kind, journeyId } of started) {
    const run = await until(
      async () =>
        (
          await wend.query(
            `select workflow_id, status, end_reason from enrollments where journey_id = $1 and ended_at is not null`,
            [journeyId],
          )
        ).rows[0],
      { what: `the run "${kind}"`, withinSeconds: 60 },
    );
    if (run.status === 'failed') throw new Error(`${kind}: ${run.end_reason}`);
    const described = await until(
      async () => {
        const now = await describe(run.workflow_id);
        return now.status !== 1 && now;
      },
      { what: 'the execution to close' },
    );
    found.push({ kind, ...described });
  }
  return found;
};

const baselineRuns = async (system, describe) => {
  const shapes = [
    { kind: 'baseline: empty workflow', workflow: 'empty', messages: 0 },
    { kind: 'baseline: one activity per message, three messages', workflow: 'activityPerMessage', messages: 3 },
    {
      kind: 'baseline: 2 activities + 3 per message, three messages',
      workflow: 'activitiesAroundMessages',
      messages: 3,
    },
  ];
  const found = [];
  for (const { kind, ...shape } of shapes) {
    const { batch } = await system.baseline('start', { ...shape, count: 1, eager: false, waitMs: 0 });
    await until(async () => (await openExecutions(system, `bench/${batch}/`)) === 0, { what: kind });
    found.push({ kind, ...(await describe(`bench/${batch}/0`)) });
  }
  return found;
};

const report = (kinds) => {
  const [alone] = kinds;
  const more = (kind, value, base) => (kind.kind.startsWith('baseline') || kind === alone ? '' : `+${value - base}`);
  printTable({
    title: 'History events and state transitions, as the server counts them',
    head: ['a run of', 'events', 'transitions', 'history bytes', 'node adds events', 'node adds transitions'],
    rows: kinds.map((kind) => [
      kind.kind,
      kind.events,
      kind.transitions,
      kind.bytes,
      more(kind, kind.events, alone.events),
      more(kind, kind.transitions, alone.transitions),
    ]),
    note: '"Wait until" is the same instruction as "wait".',
  });
  return { result: { kinds }, goals: [] };
};
