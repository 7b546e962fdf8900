import type { Database, Sql } from '../src/platform/database/index.js';

export type Sent = { text: string; values: unknown[] };

/** A database, and what repositories have sent through it: their own statements, to be explained. */
export function listening(database: Database): { database: Database; sent: Sent[] } {
  const sent: Sent[] = [];
  const heard = <Target extends Sql>(target: Target): Target =>
    new Proxy(target, {
      get(of, name) {
        const member: unknown = Reflect.get(of, name);
        if (typeof member !== 'function') return member;
        if (name === 'transaction')
          return (work: (sql: Sql) => Promise<unknown>, options: object) =>
            (of as unknown as Database).transaction((sql) => work(heard(sql)), options);
        return (...given: unknown[]) => {
          if (name === 'query' || name === 'send')
            sent.push({ text: given[0] as string, values: (given[1] as unknown[] | undefined) ?? [] });
          return Reflect.apply(member, of, given) as unknown;
        };
      },
    });
  return { database: heard(database), sent };
}

type PlanOptions = {
  database: Database;
  sent: Sent[];
  /** Words of the statement that is meant, and of no other. */
  words: string;
  /** The plan for any values, as it is kept from when the tables were empty. */
  generic?: boolean;
  /** Of the transaction that it runs in. */
  settings?: string[];
};

/** The plan of one of the statements, as PostgreSQL makes it now. */
export async function planOf({ database, sent, words, generic = false, settings = [] }: PlanOptions): Promise<string> {
  const found = sent.filter(({ text }) => text.includes(words));
  if (found.length !== 1) throw new Error(`${found.length} statements say "${words}", of ${sent.length}.`);
  const { text, values } = found[0]!;
  const rows = await database.transaction(
    (sql) =>
      generic
        ? sql.query<{ 'QUERY PLAN': string }>(`explain (generic_plan) ${text}`)
        : sql.query<{ 'QUERY PLAN': string }>(`explain ${text}`, values),
    { settings },
  );
  return rows.map((row) => row['QUERY PLAN']).join('\n');
}
