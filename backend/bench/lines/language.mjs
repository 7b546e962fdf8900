/**
 * The journey language: what a step of each kind adds to the history of a run, and what waits, digests, approvals and
 * recipients cost by the thousand, each beside a baseline of the same run of the bench.
 */
import { Client, Connection } from '@temporalio/client';
import { bulkParts, measureBulk } from './language/bulk.mjs';
import { measureHistories } from './language/histories.mjs';

export const measureLanguage = async (system, { size, shape, log }) => {
  const connection = await Connection.connect({ address: system.temporalAddress });
  const client = new Client({ connection, namespace: system.namespace });
  const wanted = (part) => !shape || shape.split(',').some((each) => part.includes(each));
  const parts = bulkParts.filter(wanted);
  try {
    const steps = wanted('steps') ? await measureHistories(system, { client, log }) : { result: {}, goals: [] };
    const bulk = parts.length > 0 ? await measureBulk(system, { client, size, parts, log }) : {};
    return { result: { ...steps.result, ...bulk }, goals: steps.goals };
  } finally {
    await connection.close();
  }
};
