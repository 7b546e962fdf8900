/** What live segments share: rules by hand, segments through the API, and members put in as a build would have. */
import pg from 'pg';
import { Parameters, peopleSql } from '../../../dist/rules/index.js';
import { until } from '../../until.mjs';

const day = 86_400;

/** @param {string} event @param {{ days: number, is?: string, value?: number }} options */
export const count = (event, { days, is = 'atLeast', value = 1 }) => ({
  op: 'compare',
  left: { source: 'eventCount', event, withinSeconds: days * day },
  is,
  value,
});
export const trait = (path, is, value) => ({ op: 'compare', left: { source: 'trait', path }, is, value });

/** Creates a segment and waits until it is built. @returns {Promise<string>} its id */
export const createSegment = async (product, { name, rule }) => {
  const { id } = await product.call('POST', '/api/segments', { name, rule });
  await untilBuilt(product, id);
  return id;
};

export const untilBuilt = (product, id, withinSeconds = 600) =>
  until(
    async () => {
      const { build } = await product.call('GET', `/api/segments/${id}`);
      if (build?.error) throw new Error(`A build failed: ${build.error}`);
      return build === null || build.state === 'done';
    },
    { what: 'the segment to be built', withinSeconds },
  );

/** Everybody for whom the rule holds is a member, `most` at most. @returns {Promise<number>} how many */
export const putIn = async ({ wend, product }, { id, rule, most }) => {
  const { workspaceId } = product;
  const parameters = new Parameters([workspaceId, id, most]);
  const holds = peopleSql({ rule, at: Date.now(), profile: 'p', parameters, workspaceId });
  const { rowCount } = await wend.query(
    `insert into segment_memberships (workspace_id, segment_id, generation, profile_id, since)
     select s.workspace_id, s.id, s.generation, p.id, now() - interval '1 day'
     from segments s, (
       select p.id from profiles p
       where p.workspace_id = $1 and p.merged_into is null and not p.test and (${holds}) limit $3
     ) p
     where s.workspace_id = $1 and s.id = $2
     on conflict do nothing`,
    parameters.values,
  );
  return rowCount;
};

/** Changes of people that nobody has worked off yet. */
export const untilHeard = ({ wend }) =>
  until(async () => (await wend.query('select not exists (select from profile_changes) as none')).rows[0].none, {
    what: 'changes of people to be worked off',
    withinSeconds: 900,
  });

/** Another connection, so that nothing waits for what is asked there. */
export const connect = async ({ databaseUrl }) => {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  return client;
};
