import { operators } from '@wend/contract/values';
import type { Compare, Fact, Operand, Program, Rule } from '@wend/contract';
import { operandRule } from './rules/operands/index.js';

/**
 * The fact behind an operand, or null for what a run holds itself. Filters inside keep references to the entry event.
 */
export function factOf(operand: Operand): Fact | null {
  const rule = operandRule(operand);
  return 'fact' in rule ? rule.fact(operand) : null;
}

/** The fact behind the left side of a comparison: some operators ask for more than its value. */
export function leftFact({ left, is }: Pick<Compare, 'left' | 'is'>): Fact | null {
  const fact = factOf(left);
  return fact && operators[is].calendar ? { kind: 'operand', operand: left, calendar: true } : fact;
}

/** The facts that a rule asks for. */
export function leavesOf(rule: Rule): Fact[] {
  if (rule.op !== 'compare') return (rule.op === 'not' ? [rule.rule] : rule.rules).flatMap(leavesOf);
  const fact = leftFact(rule);
  return fact ? [fact] : [];
}

/** One text per fact: the same question has the same text. */
export function factKey(fact: Fact): string {
  switch (fact.kind) {
    case 'trait':
      return `trait:${fact.path}`;
    case 'eventCount':
      return `count:${fact.event}:${fact.withinSeconds ?? ''}:${fact.where ? JSON.stringify(fact.where) : ''}`;
    case 'reachable':
      return `reachable:${fact.channel}${fact.transactional ? ':transactional' : fact.topic === undefined ? '' : `:${fact.topic}`}`;
    case 'capped':
      return `capped:${fact.channel}:${fact.topic ?? ''}`;
    case 'localTime':
      return `local:${fact.part}`;
    case 'operand':
      return `operand:${fact.calendar ?? ''}:${JSON.stringify(fact.operand)}`;
    case 'nextLocalTime':
      return `next:${fact.time}:${fact.weekdays.join()}`;
    case 'when':
      return `when:${JSON.stringify(fact.time)}`;
    case 'values':
      return `values:${fact.node}:${JSON.stringify([fact.template, fact.types])}`;
    case 'claim':
      return `claim:${fact.node}:${JSON.stringify(fact.claim)}`;
    case 'bestTime':
      return `best:${fact.channel ?? ''}:${fact.withinHours}:${fact.otherwise.by}:${'time' in fact.otherwise ? fact.otherwise.time : ''}`;
  }
}

const indexes = new WeakMap<Program, Map<string, number>>();

/** The place of each fact in a program, by its key. */
export function factIndexes(program: Program): Map<string, number> {
  let found = indexes.get(program);
  if (!found) indexes.set(program, (found = new Map(program.facts.map((fact, at) => [factKey(fact), at]))));
  return found;
}

/** The operand's fact index in a program, or -1; for tools that explain a rule. */
export function factIndex(program: Program, operand: Operand): number {
  const fact = factOf(operand);
  return fact ? (factIndexes(program).get(factKey(fact)) ?? -1) : -1;
}
