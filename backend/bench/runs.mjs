/** Waiting for runs: what PostgreSQL and the Temporal server themselves say. */
import { pause, until } from './until.mjs';

/**
 * Executions that are open on the server, by the beginning of their ids. @param {{ temporal: import('pg').Client }}
 * system @param {string} prefix
 */
export const openExecutions = async ({ temporal }, prefix) =>
  (
    await temporal.query(
      `select count(*)::int as count from current_executions where workflow_id like $1 and state in (1, 2)`,
      [`${prefix}%`],
    )
  ).rows[0].count;

/** Runs of a journey that have not ended. */
export const unfinished = async ({ wend }, journeyId) =>
  (
    await wend.query('select count(*)::int as count from enrollments where journey_id = $1 and ended_at is null', [
      journeyId,
    ])
  ).rows[0].count;

export const queued = async ({ wend }) =>
  (await wend.query('select count(*)::int as count from event_queue')).rows[0].count;

const begun = async ({ wend }, journeyId) =>
  (await wend.query('select count(*)::int as count from enrollments where journey_id = $1', [journeyId])).rows[0].count;

/** What there is of a journey's runs before a round. */
export const before = async (system, journeyId) => ({
  begun: await begun(system, journeyId),
  open: await openExecutions(system, 'enrollment/'),
});

/**
 * Until `count` more runs of a journey than `before` have begun, and all have ended, in the product and on the server.
 */
export const untilEnded = async (system, { journeyId, count, before: { begun: earlier, open } }) => {
  await until(async () => (await queued(system)) === 0, { what: 'the router' });
  const entered = (await begun(system, journeyId)) - earlier;
  if (entered !== count) throw new Error(`Of ${count} people ${entered} have a run.`);
  await until(async () => (await unfinished(system, journeyId)) === 0, { what: 'the runs to end' });
  await until(async () => (await openExecutions(system, 'enrollment/')) <= open, { what: 'the executions to close' });
};

/**
 * The server still writes for a moment after an execution has closed (visibility, transfer tasks): that belongs to it.
 */
export const settle = () => pause(1_000);
