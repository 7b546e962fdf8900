import type { Fact, JsonObject } from '@wend/contract';
import { calendarSql } from './calendar.sql.js';
import { operandSql } from './operands/index.js';
import type { Parameters } from './parameters.js';
import { Person } from './person.js';

type OperandFact = Extract<Fact, { kind: 'operand' }>;

/** SQL (jsonb) for the answer to a fact about a person; null where there is no value. */
export function factSql({ operand, calendar }: OperandFact, person: Person): string {
  const value = operandSql(operand).ofPerson?.value(operand, person) ?? 'null::jsonb';
  return calendar ? calendarSql(value, person) : value;
}

type RunFactsOptions = {
  workspaceId: string;
  profileId: string;
  /** The run that asks: events of its own count, should it be a test. */
  enrollmentId: string;
  /** As the run sees them. */
  traits: JsonObject;
  /** The run's time, milliseconds since 1970. */
  at: number;
  facts: readonly OperandFact[];
  parameters: Parameters;
};

/** Selects `values`, a list (jsonb) of the answers to these facts for the person of a run, in their order. */
export function runFactsSql({ workspaceId, profileId, enrollmentId, traits, at, ...options }: RunFactsOptions): string {
  const { facts, parameters } = options;
  const person = new Person({ workspaceId, at, profile: 'p', parameters, run: { enrollmentId, traits } });
  const values = facts.map((fact) => factSql(fact, person));
  // A list, not a call: PostgreSQL refuses a function more than 100 arguments.
  return `select to_jsonb(array[${values.join(', ')}]::jsonb[]) as values from profiles named
    join profiles p on p.workspace_id = named.workspace_id and p.id = coalesce(named.merged_into, named.id)
    where named.workspace_id = ${person.workspace} and named.id = ${parameters.add(profileId, 'uuid')}`;
}
