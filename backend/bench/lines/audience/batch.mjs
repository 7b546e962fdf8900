/** Many people let into a journey at once: everybody in a segment, by the trigger API. */
import { spent, systemMs } from '../../cpu.mjs';
import { graphOf } from '../../graphs.mjs';
import { unfinished } from '../../runs.mjs';
import { figure } from '../../table.mjs';
import { until } from '../../until.mjs';

const usual = 100_000;

export const prepare = async ({ product }) => ({
  segment: (await product.call('POST', '/api/segments', { name: 'Everybody of the batch' })).id,
});

export const measure = async (system, { audience, log, prepared: { segment } }) => {
  const { product, wend, meter } = system;
  const count = Math.round(usual * audience.scale);
  await wend.query(
    `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
     select $1, $2, s.generation, p.id, now()
     from segments s, (select id from profiles where workspace_id = $1 and merged_into is null and not test limit $3) p
     where s.workspace_id = $1 and s.id = $2`,
    [product.workspaceId, segment, count],
  );
  const journey = await product.publish({
    name: 'Batch',
    graph: graphOf([
      { id: 'entry', type: 'wend/entry-api', config: { fields: [] }, to: { next: 'end' } },
      { id: 'end', type: 'wend/exit', config: { reason: 'done' } },
    ]),
  });
  log(`${count.toLocaleString('en')} people enter`);
  const from = await meter.sample();
  const { batch } = await product.call('POST', `/api/journeys/${journey}/trigger`, {
    segment: { segmentId: segment, expectedCount: count },
  });
  const done = await until(
    async () => {
      const { items } = await product.call('GET', `/api/journeys/${journey}/batches`);
      const found = items.find(({ id }) => id === batch.id);
      if (found.state === 'failed') throw new Error(`The batch failed: ${found.error}`);
      return found.state === 'done' && found;
    },
    { what: 'the batch', withinSeconds: 3_600, everyMs: 500 },
  );
  const entered = spent(from, await meter.sample());
  if (done.entered !== count) throw new Error(`Of ${count} people ${done.entered} came in: ${JSON.stringify(done)}`);
  await until(async () => (await unfinished(system, journey)) === 0, { what: 'the runs to end', withinSeconds: 1_800 });
  const ended = spent(from, await meter.sample());
  const row = (name, use) => [name, figure(use.seconds), figure(count / use.seconds), figure(systemMs(use) / count)];
  return {
    tables: [
      {
        title: `${count.toLocaleString('en')} people of a segment enter a journey`,
        head: ['', 'seconds', 'people/s', 'CPU-ms a person'],
        rows: [row('until all are in', entered), row('until all runs have ended', ended)],
        note: 'From the call of the trigger API. The journey has an entry and an end, so each run is an execution of its own with no step between.',
      },
    ],
    result: { count, entered, ended },
  };
};
