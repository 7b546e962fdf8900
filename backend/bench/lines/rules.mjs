/**
 * What rules about delivery cost, and what they promise. Each file of `rules` is one part: it exports
 * `measure(system, { size, log })`, which gives `{ table, result, goals }`.
 */
import { printTable } from '../table.mjs';
import * as all from './rules/all.mjs';
import * as cost from './rules/cost.mjs';
import * as priority from './rules/priority.mjs';
import * as race from './rules/race.mjs';
import * as rates from './rules/rates.mjs';

const parts = { priority, cost, all, race, rates };

export const measureRules = async (system, { size, shape = '', log }) => {
  const result = {};
  const goals = [];
  for (const [name, part] of Object.entries(parts)) {
    if (!shape.split(',').some((each) => name.includes(each))) continue;
    log(name);
    const measured = await part.measure(system, { size, log });
    printTable(measured.table);
    result[name] = measured.result;
    goals.push(...measured.goals);
  }
  return { result, goals };
};
