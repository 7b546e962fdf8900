import { Injectable } from '@nestjs/common';
import { instantOnClock, operators } from '@wend/contract';
import type { Compare, Json, Rule, TraceClause } from '@wend/contract';
import { comparesOf, evaluate, factKey, leftFact, nextCalendarChange, typed } from '@wend/engine';
import type { Scope, Sql } from '../platform/database/index.js';
import { changesOf } from './changes-at.js';
import { PeopleRulesRepository } from './people-rules.repository.js';
import type { Answers, Asked } from './people-rules.repository.js';

/** What a rule says of a person, and when that may become another answer though nothing happens (milliseconds; null: never). */
export type PersonAnswer = { member: boolean; changesAt: number | null; trace: TraceClause };

type AnswerOptions = {
  profileIds: readonly string[];
  /** Milliseconds since 1970. */
  at: number;
  /** The transaction to ask in. */
  sql?: Sql | undefined;
};

/** Asks rules of one or a few people, each with its reasons; for many at once there is `peopleSql`. */
@Injectable()
export class PeopleRules {
  constructor(private readonly repository: PeopleRulesRepository) {}

  /** One rule, by profile id; people who are not there are left out. One round trip. */
  async answer(scope: Scope, { rule, ...options }: AnswerOptions & { rule: Rule }): Promise<Map<string, PersonAnswer>> {
    const answers = await this.answerAll(scope, { rules: [rule], ...options });
    return new Map([...answers].map(([id, [answer]]) => [id, answer!]));
  }

  /** Several rules, in their order, by profile id. What more than one of them asks is looked up once. One round trip. */
  async answerAll(
    scope: Scope,
    { rules, profileIds, at, sql }: AnswerOptions & { rules: readonly Rule[] },
  ): Promise<Map<string, PersonAnswer[]>> {
    if (profileIds.length === 0) return new Map();
    const written = rules.map(typed);
    const asked = askedBy(written);
    const found = await this.repository.answers(scope, { asked: [...asked.values()], profileIds, at, sql });
    const places = new Map([...asked.keys()].map((key, place) => [key, place]));
    return new Map([...found].map(([id, answers]) => [id, written.map((rule) => answerOf({ rule, answers, places }))]));
  }
}

/** What is asked for a comparison: those that ask the same of a person and change at the same time share it. */
function keyOf(compare: Compare): string | null {
  const fact = leftFact(compare);
  return fact && `${factKey(fact)} ${compare.is} ${JSON.stringify(compare.value)}`;
}

function askedBy(rules: readonly Rule[]): Map<string, Asked> {
  const asked = new Map<string, Asked>();
  for (const compare of rules.flatMap(comparesOf)) {
    const key = keyOf(compare);
    if (key !== null) asked.set(key, { compare });
  }
  return asked;
}

type AnswerOfOptions = { rule: Rule; answers: Answers; places: ReadonlyMap<string, number> };

function answerOf({ rule, answers, places }: AnswerOfOptions): PersonAnswer {
  const placeOf = (compare: Compare) => places.get(keyOf(compare) ?? '') ?? -1;
  const values = new Map<string, Json>();
  for (const compare of comparesOf(rule)) {
    const fact = leftFact(compare);
    const value = answers.values[placeOf(compare)];
    if (fact && value !== undefined) values.set(factKey(fact), value);
  }
  const newDay = (compare: Compare) =>
    dayChange({ compare, seen: answers.values[placeOf(compare)], zone: answers.zone });
  const trace = evaluate(rule, { fact: (fact) => values.get(factKey(fact)) });
  return {
    member: trace.result,
    changesAt: changesOf({ trace, own: (compare) => earliest([answers.changes[placeOf(compare)], newDay(compare)]) }),
    trace,
  };
}

type DayChangeOptions = { compare: Compare; seen: Json | undefined; zone: string };

/** When a day begins with which the answer becomes another one; null for comparisons that look at no calendar. */
function dayChange({ compare, seen, zone }: DayChangeOptions): number | null {
  if (!operators[compare.is].calendar) return null;
  const day = nextCalendarChange(compare, seen);
  return day === null || day > lastDay ? null : instantOnClock({ day, minutes: 0, zone });
}

/** 31 December 9999, counted from 1970-01-01: dates end there. */
const lastDay = 2_932_896;

function earliest(times: readonly (number | null | undefined)[]): number | null {
  const known = times.filter((time) => time !== null && time !== undefined);
  return known.length === 0 ? null : Math.min(...known);
}
