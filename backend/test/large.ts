import pg from 'pg';
import { expect } from 'vitest';
import type { Database, Sql } from '../src/platform/database/index.js';
import type { Sent } from './listening.js';

/** So many rows are looked through; PLAN_ROWS=1000000 as a very large shop has. */
export const largeRows = Number(process.env['PLAN_ROWS'] ?? 150_000);

/** An id that is known by its number, in SQL. */
export const idSql = (number: string): string => `lpad(to_hex(${number}), 32, '0')::uuid`;
/** The same. */
export const idOf = (number: number): string => {
  const hex = number.toString(16).padStart(32, '0');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
};

type Rows = { table: string; columns: string; from: string; values?: unknown[] };

/** Puts very many rows into tables: without their triggers, and with the indexes made afterwards, which takes a third of the time. */
export async function fillLarge(database: Database, tables: Rows[]): Promise<void> {
  const settings = ['session_replication_role = replica', 'synchronous_commit = off', "maintenance_work_mem = '256MB'"];
  for (const { table, columns, from, values = [] } of tables) {
    await database.transaction(
      async (sql) => {
        const parts = await sql.query<{ name: string }>(
          `select relid::regclass::text as name from pg_partition_tree($1) where isleaf`,
          [table],
        );
        const names = parts.map(({ name }) => name);
        const indexed = (on: boolean) =>
          sql.query('update pg_index set indisready = $2 where indrelid = any($1::regclass[])', [names, on]);
        await indexed(false);
        await sql.query(`insert into ${table} (${columns}) ${from}`, values);
        await indexed(true);
        for (const name of names) await sql.query(`reindex table ${name}`);
      },
      { settings, longestMs: 120_000 },
    );
    await database.query(`vacuum analyze ${table}`);
  }
}

type Plan = {
  'Node Type': string;
  'Relation Name'?: string;
  'Index Name'?: string;
  'Shared Hit Blocks': number;
  'Shared Read Blocks': number;
  'Plan Rows': number;
  'Total Cost': number;
  'Actual Rows': number;
  'Actual Loops': number;
  Plans?: Plan[];
};
/** `pages`: how many were touched. `scanned`: tables that were read whole. */
export type Work = { pages: number; scanned: string[]; text: string };

type WorkOptions = {
  sent: Sent[];
  /** Words of the statement that is meant, and of no other. */
  words: string;
  settings?: string[];
};

/**
 * What a statement costs by the plan for its values and by the plan for any values, where PostgreSQL would keep to that: it
 * is run by either, and rolled back.
 */
export async function workOf(database: Database, { sent, words, settings = [] }: WorkOptions): Promise<Work[]> {
  const found = sent.filter(({ text }) => text.includes(words));
  const texts = new Set(found.map(({ text }) => text));
  if (texts.size !== 1) throw new Error(`${texts.size} statements say "${words}", of ${sent.length}.`);
  const { text, values } = found.at(-1)!;
  const given = values.length === 0 ? '' : `(${values.map(literal).join(', ')})`;
  const planBy = (mode: string, how: string): Promise<Plan> =>
    undone(database, { settings: [...settings, `plan_cache_mode = ${mode}`] }, async (sql) => {
      prepared += 1;
      await sql.query(`prepare asked_${prepared} as ${text}`);
      const [row] = await sql.query<{ 'QUERY PLAN': [{ Plan: Plan }] }>(
        `explain (${how}format json) execute asked_${prepared}${given}`,
      );
      return row!['QUERY PLAN'][0].Plan;
    });
  const custom = await planBy('force_custom_plan', 'analyze, buffers, ');
  const generic = await planBy('force_generic_plan', '');
  // It takes the plan that it has for any values where making another one costs as much as is expected to be won.
  const kept = generic['Total Cost'] < custom['Total Cost'] + planningCost * (1 + all(custom).filter(isTable).length);
  const plans = kept ? [custom, await planBy('force_generic_plan', 'analyze, buffers, ')] : [custom];
  return plans.map((plan) => ({
    pages: pagesOf(plan),
    scanned: all(plan).flatMap((each) =>
      each['Node Type'] === 'Seq Scan' && many(each) ? [each['Relation Name'] ?? ''] : [],
    ),
    text: drawn(plan),
  }));
}

let prepared = 0;
/** Of each table, as PostgreSQL weighs it: 1,000 times `cpu_operator_cost`. */
const planningCost = 2.5;
const isTable = (plan: Plan): boolean => plan['Relation Name'] !== undefined;

/** Does something, and rolls it back. */
export async function undone<Result>(
  database: Database,
  options: { settings?: string[] },
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  const done: Result[] = [];
  const enough = new Error('Done, to be rolled back.');
  await database
    .transaction(async (sql) => {
      done.push(await work(sql));
      throw enough;
    }, options)
    .catch((error: unknown) => {
      if (error !== enough) throw error;
    });
  return done[0]!;
}

/** By either plan no table of many rows is read whole, and few pages are touched, however many there are. */
export function expectFew(works: Work[], most: number): void {
  for (const { scanned, pages, text } of works) {
    expect(scanned, text).toEqual([]);
    expect(pages, text).toBeLessThan(most);
  }
}

const all = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(all)];

/** Or it could have been: it was not gone to, where there were none this time. */
const many = (plan: Plan): boolean => plan['Plan Rows'] * 10 > largeRows || pagesOf(plan) > 50;
const pagesOf = (plan: Plan): number => plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];

/** Few words of each node: a plan that is not as it should be is read by people. */
function drawn(plan: Plan, depth = 0): string {
  const { 'Node Type': type, 'Relation Name': table, 'Index Name': index, 'Actual Rows': rows, Plans = [] } = plan;
  const named = [type, index, table].filter(Boolean).join(' ');
  return [
    `${'  '.repeat(depth)}${named}: ${rows} × ${plan['Actual Loops']} rows (expected ${plan['Plan Rows']}), ${pagesOf(plan)} pages`,
    ...Plans.map((each) => drawn(each, depth + 1)),
  ].join('\n');
}

/** As the client would send it. */
function literal(value: unknown): string {
  const text = textOf(value);
  return text === null ? 'null' : pg.escapeLiteral(text);
}

function textOf(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `\\x${Buffer.from(value).toString('hex')}`;
  if (Array.isArray(value)) return `{${value.map((each) => JSON.stringify(textOf(each))).join(',')}}`;
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
