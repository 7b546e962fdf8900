/**
 * What rules about delivery cost, and what they promise. Each file in `rules/` is one part: it exports
 * `measure(system, { size, log })`, which gives `{ table, result, goals }`.
 */
import { readdirSync } from 'node:fs';
import { printTable } from '../table.mjs';

const folder = new URL('./rules/', import.meta.url);

export const measureRules = async (system, { size, shape = '', log }) => {
  const result = {};
  const goals = [];
  const parts = readdirSync(folder).filter((name) => name.endsWith('.mjs'));
  for (const name of parts.map((file) => file.slice(0, -'.mjs'.length))) {
    if (!shape.split(',').some((each) => name.includes(each))) continue;
    log(name);
    const { measure } = await import(new URL(`${name}.mjs`, folder).href);
    const measured = await measure(system, { size, log });
    printTable(measured.table);
    result[name] = measured.result;
    goals.push(...measured.goals);
  }
  return { result, goals };
};
