/** What each kind of step adds to the history of a run, counted in histories as the Temporal server has them. */
import { randomUUID } from 'node:crypto';
import { printTable } from '../../table.mjs';
import { until } from '../../until.mjs';
import { alsoAwaited, awaited, end, graphWith, stepKinds } from './steps.mjs';
import { graphOf } from '../../graphs.mjs';

/** Runs of each kind; the most that one of them took counts. */
const people = 3;
const base = { kind: 'entry and end alone' };

/**
 * Each step is looked at twice: as the first one of a run, which the router takes before there is a workflow, and after a
 * wait, where the run's workflow takes it. What it adds is counted from runs that are the same without it.
 */
export const measureHistories = async (system, { client, log }) => {
  const { product, sink } = system;
  log('a step of each kind, first and after a wait');
  const kinds = [base, ...stepKinds(await surroundings(system))];
  const userIds = Array.from({ length: people }, () => randomUUID());
  await product.identify(userIds);
  sink.release();
  const started = [];
  for (const [index, kind] of kinds.entries())
    for (const later of [false, true]) {
      const event = `Step ${index}${later ? ' Later' : ''}`;
      const journeyId = await product.publish({ name: event, graph: graphWith(event, kind, { later }) });
      await product.trackEach({ userIds, event, properties: { others: userIds } });
      started.push({ ...kind, later, journeyId });
    }
  await happen(system, { started, userIds });
  for (const each of started) each.histories = await historiesOf(system, { client, ...each });
  sink.hold();
  return report(started);
};

/** What the steps name: a segment that all are in, one that is filled by hand, and a journey that others start. */
const surroundings = async (system) => {
  const { product, sink } = system;
  const rule = { op: 'compare', left: { source: 'trait', path: 'email' }, is: 'contains', value: '@' };
  const segment = await product.call('POST', '/api/segments', { name: 'All', rule });
  await until(async () => (await product.call('GET', `/api/segments/${segment.id}`)).build === null, {
    what: 'the segment',
  });
  const manual = await product.call('POST', '/api/segments', { name: 'By hand', rule: null });
  const entry = { id: 'entry', type: 'wend/entry-journey', config: { fields: [] }, to: { next: 'end' } };
  const other = await product.publish({ name: 'Other', graph: graphOf([entry, end]) });
  return {
    url: sink.hangUrl,
    segment: segment.id,
    manual: { id: manual.id, name: 'By hand' },
    other: { id: other, name: 'Other' },
    event: 'Step',
  };
};

const parked = (system, { journeyId, table }) =>
  until(
    async () =>
      (
        await system.wend.query(
          `select count(distinct t.enrollment_id)::int as count
           from ${table} t join enrollments e on e.workspace_id = t.workspace_id and e.id = t.enrollment_id
           where e.journey_id = $1 and e.node = 'node'`,
          [journeyId],
        )
      ).rows[0].count === people,
    { what: 'the waits' },
  );

/** Once all wait: what one of them waits for reaches the others too. */
const happen = async (system, { started, userIds }) => {
  for (const { journeyId, by } of started) if (by === 'events') await parked(system, { journeyId, table: 'waits' });
  for (const event of [awaited, alsoAwaited]) await system.product.trackEach({ userIds, event });
  for (const { journeyId, by } of started) if (by === 'answer') await answerAll(system, { journeyId, count: people });
};

/** Answers what is asked in a journey, as a member does in the dashboard, once so many questions are open. */
export const answerAll = async (system, { journeyId, count, atOnce = 16 }) => {
  const open = () =>
    system.wend.query(`select id from approvals where journey_id = $1 and state = 'open'`, [journeyId]);
  await until(async () => (await open()).rowCount >= count, {
    what: 'the questions',
    withinSeconds: 1_800,
    everyMs: 500,
  });
  const ids = (await open()).rows.map(({ id }) => id);
  let next = 0;
  const lane = async () => {
    while (next < ids.length)
      await system.product.call('POST', `/api/approvals/${ids[next++]}/answer`, { choice: 'yes' });
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
};

const historiesOf = async (system, { client, kind, journeyId }) => {
  const ended = async () =>
    (
      await system.wend.query(
        `select workflow_id, status, end_reason, ended_at from enrollments where journey_id = $1`,
        [journeyId],
      )
    ).rows;
  const runs = await until(
    async () => {
      const rows = await ended();
      return rows.length === people && rows.every((row) => row.ended_at) && rows;
    },
    { what: `the runs with "${kind}"`, withinSeconds: 120 },
  );
  const failed = runs.find((row) => row.status !== 'completed');
  if (failed) throw new Error(`${kind}: a run is ${failed.status}: ${failed.end_reason}`);
  return Promise.all(
    runs.map(({ workflow_id: id }) =>
      until(
        async () => {
          const { events = [] } = await client.workflow.getHandle(id).fetchHistory();
          return events.at(-1)?.workflowExecutionCompletedEventAttributes && costOf(events);
        },
        { what: 'the execution to close' },
      ),
    ),
  );
};

/** @param {object[]} events of a history */
export const costOf = (events) => ({
  events: events.length,
  wakeUps: events.filter((each) => each.workflowTaskCompletedEventAttributes).length,
});

const most = (histories, what) => Math.max(...histories.map((each) => each[what]));

const report = (started) => {
  const costs = (later) =>
    started
      .filter((each) => each.later === later)
      .map(({ kind, waits, asks, calls, histories }) => ({
        kind,
        waits: Boolean(waits),
        asks: Boolean(asks),
        calls: Boolean(calls),
        events: most(histories, 'events'),
        wakeUps: most(histories, 'wakeUps'),
      }));
  const [first, after] = [costs(false), costs(true)];
  const added = (all, index, what) => all[index][what] - all[0][what];
  const kinds = first.map((each, index) => ({
    ...each,
    added: {
      first: { events: added(first, index, 'events'), wakeUps: added(first, index, 'wakeUps') },
      later: { events: added(after, index, 'events'), wakeUps: added(after, index, 'wakeUps') },
    },
  }));
  const [floor, ...steps] = kinds;
  printTable({
    title: 'What a step adds to the history of a run',
    head: ['step', 'events, first in a run', 'wake-ups', 'events, after a wait', 'wake-ups'],
    rows: steps.map(({ kind, added: { first: one, later } }) => [
      kind,
      `+${one.events}`,
      `+${one.wakeUps}`,
      `+${later.events}`,
      `+${later.wakeUps}`,
    ]),
    note: `Counted from runs without it: an entry and an end take ${floor.events} events and ${floor.wakeUps} wake-up, with a wait before ${after[0].events} and ${after[0].wakeUps}. The most of ${people} runs each.`,
  });
  return { result: { floor, steps }, goals: goals(steps) };
};

const worst = (steps, what) => Math.max(...steps.flatMap(({ added: { first, later } }) => [first[what], later[what]]));

const goals = (steps) => {
  const still = steps.filter(({ waits, calls }) => !waits && !calls);
  const upTo = (goal, measured, limit, unit) => ({ goal, measured, limit, met: measured <= limit, unit });
  return [
    upTo('steps that wait for nothing add no wake-up', worst(still, 'wakeUps'), 0, 'wake-ups'),
    upTo(
      'those that ask nothing of their own add no event, first in a run',
      Math.max(...still.filter(({ asks }) => !asks).map(({ added }) => added.first.events)),
      0,
      'events',
    ),
    upTo('steps that wait for nothing add at most one event, what was read', worst(still, 'events'), 1, 'events'),
    upTo(
      'a step that waits adds at most one wake-up',
      worst(
        steps.filter(({ waits }) => waits),
        'wakeUps',
      ),
      1,
      'wake-ups',
    ),
  ];
};
