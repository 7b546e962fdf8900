/**
 * What channels cost beside the bare libraries that do the same. Each file in `channels/` is one line: it exports
 * `measure(system, { size, log })`, which gives `{ title, rows, result, goals }`, each row with what was measured, of how
 * many, and its figures.
 */
import { readdirSync } from 'node:fs';
import { printTable } from '../table.mjs';

const folder = new URL('./channels/', import.meta.url);

export const measureChannels = async (system, { size, log }) => {
  const result = {};
  const goals = [];
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.mjs'))) {
    const name = file.slice(0, -'.mjs'.length);
    log(name);
    const { measure } = await import(new URL(file, folder).href);
    const measured = await measure(system, { size, log });
    printTable(measured.table);
    result[name] = measured.result;
    goals.push(...measured.goals);
  }
  return { result, goals };
};
