import { ruleProblems, segmentEvents } from '@wend/contract';
import type { Operand, Rule } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';
import { runProblems } from '../rules/index.js';

/** `live_rule`: that its members are of, while another one is being built. */
type Named = { id: string; name: string; rule: Rule; live_rule?: Rule | null };
type Problem = { path: string; message: string };

/** Throws a 422 that says where a rule makes no sense for a segment. */
export function checkSegmentRule(rule: Rule): void {
  const problems = [...ruleProblems({ rule, scope: 'profile' }), ...runProblems(rule), ...circular(rule, '')];
  if (problems[0])
    throw new UserError('invalid-rule', `The rule can’t be saved. ${problems[0].message}`, {
      status: 422,
      errors: problems
        .slice(0, 50)
        .map(({ path, message }) => ({ path: path === '' ? 'rule' : `rule.${path}`, message })),
    });
}

/** What would make a segment depend on itself through its own events. */
function circular(rule: Rule, path: string): Problem[] {
  const at = (key: string): string => (path === '' ? key : `${path}.${key}`);
  if (rule.op === 'not') return circular(rule.rule, at('rule'));
  if (rule.op !== 'compare') return rule.rules.flatMap((each, index) => circular(each, at(`rules[${index}]`)));
  const counted = namesIn(rule.left).find((name) => name === segmentEvents.entered || name === segmentEvents.left);
  return counted === undefined
    ? []
    : [{ path: at('left'), message: `“${counted}” follows from segments. Choose “is in segment” instead.` }];
}

function namesIn(operand: Operand): string[] {
  const names: string[] = [];
  walk(operand, (key, value) => {
    if (key === 'event' && typeof value === 'string') names.push(value);
  });
  return names;
}

/** The segments that a rule reads, each once. */
export function segmentsIn(rule: Rule): string[] {
  const found = new Set<string>();
  const look = (each: Rule): void => {
    if (each.op === 'not') return look(each.rule);
    if (each.op !== 'compare') return each.rules.forEach(look);
    const { source } = each.left as { source: string };
    if (source !== 'segment') return;
    walk(each.left, (_, value) => {
      if (typeof value === 'string' && uuid.test(value)) found.add(value);
    });
  };
  look(rule);
  return [...found];
}

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function walk(value: unknown, see: (key: string, value: unknown) => void, key = ''): void {
  see(key, value);
  if (value !== null && typeof value === 'object')
    for (const [name, each] of Object.entries(value)) walk(each, see, name);
}

/**
 * The circle that a segment would stand in, as names from itself to itself; null when it reads itself by no way.
 * `segments`: all of the workspace, with the segment's new rule among them.
 */
export function circleOf(id: string, segments: Named[]): string[] | null {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const seen = new Set<string>();
  const find = (at: Named): string[] | null => {
    for (const next of [at.rule, at.live_rule].flatMap((rule) => (rule ? segmentsIn(rule) : []))) {
      const segment = byId.get(next);
      if (next === id) return [at.name, byId.get(id)!.name];
      if (!segment || seen.has(next)) continue;
      seen.add(next);
      const way = find(segment);
      if (way) return [at.name, ...way];
    }
    return null;
  };
  const start = byId.get(id);
  return start ? find(start) : null;
}

/** Segments in an order in which each comes after those that it reads. Reads of segments that are not here count for nothing. */
export function inOrder<Of extends { id: string; reads: string[] }>(segments: Of[]): Of[] {
  const byId = new Map(segments.map((segment) => [segment.id, segment]));
  const ordered = new Set<Of>();
  const open = new Set<Of>();
  const visit = (segment: Of): void => {
    if (ordered.has(segment) || open.has(segment)) return;
    open.add(segment);
    for (const id of segment.reads) {
      const read = byId.get(id);
      if (read) visit(read);
    }
    ordered.add(segment);
  };
  for (const segment of segments) visit(segment);
  return [...ordered];
}
