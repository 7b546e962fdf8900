import type { JsonObject } from '@wend/contract';
import type { Parameters } from './parameters.js';

type PersonOptions = {
  workspaceId: string;
  /** Milliseconds since 1970. */
  at: number;
  /** The alias of their row of `profiles`. */
  profile: string;
  parameters: Parameters;
  /** The run that asks, with their traits as it sees them; absent where nobody's run does. */
  run?: { enrollmentId: string; traits: JsonObject };
  /** Instead of an alias of their row: the id (uuid) by which it is looked up when their zone is asked. */
  lookedUp?: string;
};

/**
 * Whom SQL is about: expressions of the statement that it is put into. They hold for one person, or for all in a set.
 * A value takes its place in the statement only when somebody asks for it: PostgreSQL refuses those without one.
 */
export class Person {
  constructor(private readonly options: PersonOptions) {}

  /** The same people in a part of the statement that has their rows under another alias. */
  as(profile: string): Person {
    return new Person({ ...this.options, profile });
  }

  /** The person of a row of something else, by an expression of their id: only their zone can be asked. */
  by(id: string): Person {
    return new Person({ ...this.options, lookedUp: id });
  }

  /** The alias of their row of `profiles`. */
  get profile(): string {
    return this.options.profile;
  }

  get parameters(): Parameters {
    return this.options.parameters;
  }

  /** uuid. */
  get workspace(): string {
    return this.parameters.share('workspace', this.options.workspaceId, 'uuid');
  }

  /** The time at which is asked, timestamptz. */
  get at(): string {
    return this.parameters.share('at', new Date(this.options.at), 'timestamptz');
  }

  /** Their traits, jsonb: as the run that asks sees them. */
  get traits(): string {
    const { run, profile } = this.options;
    return run ? this.parameters.share('traits', JSON.stringify(run.traits), 'jsonb') : `${profile}.traits`;
  }

  /** The run that asks, uuid: should it be a test, its events count as well. Null where nobody's does. */
  get run(): string | null {
    const { run } = this.options;
    return run ? this.parameters.share('run', run.enrollmentId, 'uuid') : null;
  }

  /** The time zone they live in, text: one that PostgreSQL knows. */
  get zone(): string {
    const zoneOf = (traits: string) =>
      `person_zone(${traits}, (select w.time_zone from workspaces w where w.id = ${this.workspace}))`;
    const { lookedUp } = this.options;
    if (lookedUp === undefined) return zoneOf(this.traits);
    return `(select ${zoneOf('z.traits')} from profiles z where z.workspace_id = ${this.workspace} and z.id = ${lookedUp})`;
  }

  /** An expression with their zone in it more than once, for which it is found out once. */
  inZone(expression: (zone: string) => string): string {
    return `(select ${expression('lives.zone')} from (select ${this.zone} as zone offset 0) lives)`;
  }
}

/**
 * How far the clocks of the machines may be apart that stamp events and ask about people. Without it what has only just
 * happened would not be counted by the run that it started, when the run's machine is a little behind. Milliseconds.
 */
export const clockTolerance = 5_000;
