import { durationWords } from '@wend/contract';
import type { Channel, Comparand, Comparison, Json, Operand, Rule } from '@wend/contract';

const comparisonWords: Record<Comparison, string> = {
  equals: 'is', notEquals: 'is not', greaterThan: 'is more than', atLeast: 'is at least', lessThan: 'is less than', atMost: 'is at most',
  contains: 'contains', notContains: 'does not contain', startsWith: 'begins with', oneOf: 'is one of', exists: 'has a value', notExists: 'has no value',
};
const channelWords: Record<Channel, string> = { email: 'e-mail', sms: 'SMS', push: 'push', webpush: 'web push', webhook: 'webhook' };

/** A channel as people call it. */
export function channelName(channel: Channel | string): string {
  return channelWords[channel as Channel] ?? channel;
}

/** What a clause looks at: `plan`, `how often Order Completed happened in 7 days`. */
export function operandWords(operand: Operand): string {
  switch (operand.source) {
    case 'trait':
    case 'property':
    case 'run':
      return operand.path;
    case 'entry':
      return `${operand.path} of the entry event`;
    case 'eventCount': {
      const within = operand.withinSeconds === undefined ? 'ever' : `in the last ${durationWords(operand.withinSeconds)}`;
      return `count of ${operand.event} ${within}${operand.where ? ` where ${ruleWords(operand.where)}` : ''}`;
    }
    case 'reachable':
      return `reachable by ${channelName(operand.channel)}`;
    case 'localTime':
      return `local ${operand.part}`;
  }
}

/** A value as it is shown in a sentence: text without quotes, nothing as "no value". */
export function valueWords(value: Json | undefined): string {
  if (value === null || value === undefined) return 'no value';
  if (typeof value === 'boolean') return value ? 'true' : 'false';
  if (Array.isArray(value)) return value.map(valueWords).join(', ');
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}

function comparandWords(value: Comparand | undefined): string {
  if (value !== null && typeof value === 'object' && !Array.isArray(value)) return `${value.entry} of the entry event`;
  return valueWords(value ?? null);
}

/** A rule in words: `template is not blank and seats is at least 3`. */
export function ruleWords(rule: Rule): string {
  switch (rule.op) {
    case 'compare':
      return compareWords(rule);
    case 'not':
      return `not (${ruleWords(rule.rule)})`;
    default:
      if (rule.rules.length === 0) return rule.op === 'all' ? 'always' : 'never';
      return rule.rules.map((each) => (each.op === 'all' || each.op === 'any' ? `(${ruleWords(each)})` : ruleWords(each))).join(rule.op === 'all' ? ' and ' : ' or ');
  }
}

function compareWords(rule: Extract<Rule, { op: 'compare' }>): string {
  const left = operandWords(rule.left);
  if (rule.is === 'exists' || rule.is === 'notExists') return `${left} ${comparisonWords[rule.is]}`;
  if (rule.left.source === 'reachable' && typeof rule.value === 'boolean' && rule.is === 'equals') return rule.value ? left : `not ${left}`;
  return `${left} ${comparisonWords[rule.is]} ${comparandWords(rule.value)}`;
}
