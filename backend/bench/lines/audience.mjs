/**
 * The audience: a million people and ten million events that the database makes up, and what is asked of them. Each file
 * of `parts` is one part: it exports `measure(system, { audience, size, log })`, which gives `{ tables, result, goals }`.
 * `prepare` of a part runs before the people are made.
 */
import { printTable } from '../table.mjs';
import { fillAudience } from './audience/data.mjs';
import * as batch from './audience/batch.mjs';
import * as imports from './audience/imports.mjs';
import * as memory from './audience/memory.mjs';
import * as search from './audience/search.mjs';
import * as segments from './audience/segments.mjs';
import * as sizes from './audience/sizes.mjs';
import * as time from './audience/time.mjs';

/** In the order in which they run: those that only read come first. */
const parts = { sizes, search, imports, segments, time, batch, memory };

export const measureAudience = async (system, { size, shape = '', log }) => {
  const { scale, seconds } = size.audience;
  const audience = { people: Math.round(1_000_000 * scale), events: Math.round(10_000_000 * scale), scale, seconds };
  const wanted = Object.entries(parts).filter(([name]) => shape.split(',').some((each) => name.includes(each)));
  const context = { audience, size, log };
  const prepared = {};
  for (const [name, part] of wanted) prepared[name] = await part.prepare?.(system, context);
  const started = performance.now();
  const { databaseUrl, product } = system;
  await fillAudience({ databaseUrl, workspaceId: product.workspaceId, ...audience, log });
  const result = { ...audience, fillSeconds: (performance.now() - started) / 1000 };
  const goals = [];
  for (const [name, part] of wanted) {
    log(name);
    const measured = await part.measure(system, { ...context, prepared: prepared[name] });
    for (const table of measured.tables) printTable(table);
    result[name] = measured.result;
    goals.push(...(measured.goals ?? []));
  }
  return { result, goals };
};
