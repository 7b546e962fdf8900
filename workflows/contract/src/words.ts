import { durationWords } from './manifest-words.js';
import type { Channel, Comparand, Comparison, Operand, Rule } from './rule.js';

/** Words for rules: on cards, in traces, everywhere a person reads what a rule says. */

const comparisonTexts: Record<Comparison, string> = {
  equals: 'is',
  notEquals: 'is not',
  greaterThan: 'is more than',
  atLeast: 'is at least',
  lessThan: 'is less than',
  atMost: 'is at most',
  contains: 'contains',
  notContains: 'does not contain',
  startsWith: 'starts with',
  oneOf: 'is one of',
  exists: 'is known',
  notExists: 'is not known',
};

/** What a comparison is called: `atLeast` → `is at least`. */
export function comparisonWords(comparison: Comparison): string {
  return comparisonTexts[comparison];
}

const channelTexts: Record<Channel, string> = { email: 'e-mail', sms: 'SMS', push: 'push', webpush: 'web push', webhook: 'webhook' };

/** What a channel is called inside a sentence. */
export function channelWords(channel: Channel): string {
  return channelTexts[channel];
}

const weekdays = ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'];

/** `1` → `Monday`; other values as they are. */
export function weekdayWords(weekday: number): string {
  return weekdays[weekday - 1] ?? String(weekday);
}

/** What is looked at: `plan`, `entry cart_id`, `number of Order Completed in the last 7 days`. */
export function operandWords(operand: Operand): string {
  switch (operand.source) {
    case 'trait':
    case 'property':
      return operand.path;
    case 'entry':
      return `entry ${operand.path}`;
    case 'run':
      return `result ${operand.path}`;
    case 'eventCount':
      return `number of ${eventWords(operand)}`;
    case 'reachable':
      return `reachable by ${channelWords(operand.channel)}`;
    case 'localTime':
      return { weekday: 'local weekday', hour: 'local hour', date: 'local date' }[operand.part];
  }
}

function eventWords({ event, where, withinSeconds }: Extract<Operand, { source: 'eventCount' }>): string {
  const filter = where && !(where.op === 'all' && where.rules.length === 0) ? ` where ${inner(where)}` : '';
  return `${event}${filter}${withinSeconds === undefined ? '' : ` in the last ${durationWords(withinSeconds)}`}`;
}

/** A readable sentence: `plan is pro and did not do Order Completed in the last 7 days`. */
export function ruleWords(rule: Rule | undefined): string {
  if (rule === undefined) return 'always';
  switch (rule.op) {
    case 'all':
      return rule.rules.length === 0 ? 'always' : rule.rules.map((each) => (each.op === 'any' ? inner(each) : ruleWords(each))).join(' and ');
    case 'any':
      return rule.rules.length === 0 ? 'never' : rule.rules.map((each) => (each.op === 'all' ? inner(each) : ruleWords(each))).join(' or ');
    case 'not':
      return `not (${ruleWords(rule.rule)})`;
    case 'compare':
      return compareWords(rule);
  }
}

/** In brackets when the rule has more than one clause. */
function inner(rule: Rule): string {
  const text = ruleWords(rule);
  return (rule.op === 'all' || rule.op === 'any') && rule.rules.length > 1 ? `(${text})` : text;
}

function compareWords({ left, is, value }: Extract<Rule, { op: 'compare' }>): string {
  if (left.source === 'eventCount') {
    const happened = countWords(is, value);
    if (happened !== null) return `${happened} ${eventWords(left)}`;
  }
  if (left.source === 'reachable' && (is === 'equals' || is === 'notEquals') && typeof value === 'boolean') {
    return `${value === (is === 'equals') ? 'can' : 'cannot'} be reached by ${channelWords(left.channel)}`;
  }
  if (is === 'exists' || is === 'notExists') return `${operandWords(left)} ${comparisonWords(is)}`;
  return `${operandWords(left)} ${comparisonWords(is)} ${comparandWords(value, left)}`;
}

/** `did` and `did not do` for the counts that mean just that. */
function countWords(is: Comparison, value: Comparand | undefined): string | null {
  if ((is === 'atLeast' && value === 1) || (is === 'greaterThan' && value === 0)) return 'did';
  if ((is === 'equals' && value === 0) || (is === 'lessThan' && value === 1) || (is === 'atMost' && value === 0)) return 'did not do';
  if (typeof value !== 'number') return null;
  const counts: Partial<Record<Comparison, string>> = { atLeast: `did at least ${value}×`, atMost: `did at most ${value}×`, equals: `did exactly ${value}×`, greaterThan: `did more than ${value}×`, lessThan: `did less than ${value}×` };
  return counts[is] ?? null;
}

/** The right side: text with spaces in quotes, so that it is clear where it ends. */
export function comparandWords(value: Comparand | undefined, left?: Operand): string {
  if (value === undefined) return '…';
  if (value === null) return 'empty';
  if (Array.isArray(value)) return value.map((each) => comparandWords(each, left)).join(', ') || '…';
  if (typeof value === 'object') return `entry ${value.entry}`;
  if (typeof value === 'number' && left?.source === 'localTime' && left.part === 'weekday') return weekdayWords(value);
  if (typeof value === 'string') return value === '' || /[\s,]/.test(value) ? `“${value}”` : value;
  return String(value);
}
