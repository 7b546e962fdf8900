import { Injectable } from '@nestjs/common';
import { operators } from '@wend/contract';
import type { Compare, Json } from '@wend/contract';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { factSql } from './facts.sql.js';
import { operandSql } from './operands/index.js';
import { Parameters } from './parameters.js';
import { Person } from './person.js';

/** What is asked of each person: the left side of a comparison, and when the answer to it can become another one. */
export type Asked = { compare: Compare };
type AnswerRow = { asked: string; values: Json[]; changes: (number | null)[]; zone: string };
/** In the order in which it was asked. `zone`: where the person lives. */
export type Answers = { values: Json[]; changes: (number | null)[]; zone: string };

type AnswersOptions = {
  asked: readonly Asked[];
  profileIds: readonly string[];
  /** Milliseconds since 1970. */
  at: number;
  sql?: Sql | undefined;
};

@Injectable()
export class PeopleRulesRepository {
  constructor(private readonly database: Database) {}

  /**
   * What SQL says of some people, by the ids that were asked for: of whoever took them in when they were merged away.
   * Those who are not there are left out.
   */
  async answers(
    scope: Scope,
    { asked, profileIds, at, sql = this.database }: AnswersOptions,
  ): Promise<Map<string, Answers>> {
    const parameters = new Parameters([profileIds]);
    const person = new Person({ ...scope, at, profile: 'p', parameters });
    const values = asked.map((each) => valueSqlOf(each, person));
    const changes = asked.map((each) => changeSqlOf(each, person));
    // Lists, not calls: PostgreSQL refuses a function more than 100 arguments.
    const rows = await sql.query<AnswerRow>(
      `select named.id as asked, to_jsonb(array[${values.join(', ')}]::jsonb[]) as values,
         array[${changes.join(', ')}]::float8[] as changes, ${person.zone} as zone
       from profiles named
       join profiles p on p.workspace_id = named.workspace_id and p.id = coalesce(named.merged_into, named.id)
       where named.workspace_id = ${person.workspace} and named.id = any($1::uuid[])`,
      parameters.values,
      { assembled: true },
    );
    return new Map(rows.map(({ asked: id, ...answers }) => [id, answers]));
  }
}

function valueSqlOf({ compare: { left, is } }: Asked, person: Person): string {
  return factSql({ kind: 'operand', operand: left, ...(operators[is].calendar ? { calendar: true } : {}) }, person);
}

function changeSqlOf({ compare }: Asked, person: Person): string {
  return operandSql(compare.left).ofPerson?.changesAt?.(compare, person) ?? 'null';
}
