import type { Rule } from '../rule.js';
import { filtersOf } from './operands/filter.js';
import { operandDefinition } from './operands/index.js';
import type { ChangedBy, WorkspaceSetting } from './operands/index.js';
import { operators } from './operators/index.js';
import { changedByZone } from './operands/values.js';

/** All that can make the answer to a rule about a person another one. */
export type WhatChanges = {
  /** Names of events. */
  events: string[];
  /** Paths of traits; one of a trait's whole name stands for all in it. */
  traits: string[];
  /** Ids of segments. */
  segments: string[];
  /** It may change by itself, as time goes by. */
  time: boolean;
  devices: boolean;
  consents: boolean;
  messages: boolean;
  journeys: boolean;
  suppressions: boolean;
  settings: WorkspaceSetting[];
};

/** What has to happen for the answer to a rule to become another one; who listens to less misses a change. */
export function whatChanges(rule: Rule): WhatChanges {
  const found = changesOf(rule);
  const all = <Name extends string>(pick: (each: ChangedBy) => readonly Name[] | undefined) => [
    ...new Set(found.flatMap((each) => pick(each) ?? [])),
  ];
  const any = (pick: (each: ChangedBy) => true | undefined) => found.some((each) => pick(each) === true);
  return {
    events: all(({ events }) => events),
    traits: all(({ traits }) => traits),
    segments: all(({ segments }) => segments),
    time: any(({ time }) => time),
    devices: any(({ devices }) => devices),
    consents: any(({ consents }) => consents),
    messages: any(({ messages }) => messages),
    journeys: any(({ journeys }) => journeys),
    suppressions: any(({ suppressions }) => suppressions),
    settings: all(({ settings }) => settings),
  };
}

function changesOf(rule: Rule): ChangedBy[] {
  if (rule.op !== 'compare') return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(changesOf);
  const { left, is } = rule;
  const byCalendar: ChangedBy[] = operators[is].calendar ? [{ time: true, ...changedByZone }] : [];
  return [operandDefinition(left).changedBy(left), ...byCalendar, ...filtersOf(left).flatMap(changesOf)];
}
