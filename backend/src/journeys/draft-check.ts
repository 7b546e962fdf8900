import { inlineSubJourneys, onCard, scoped, validate } from '@wend/contract';
import type { ChildOf, Graph, Issue, Program, ValidateOptions } from '@wend/contract';
import { compile } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { subJourneyEnd } from '@wend/nodes';
import { UserError } from '../platform/errors/index.js';
import type { NodeRegistry } from './node-registry.js';
import { programHash } from './program-hash.js';
import type { NewVersion } from './version.repository.js';

/** What a draft is measured against besides the node types: names that were seen, templates that can be chosen, channels
 * that lead nowhere and that reach people. */
export type Surroundings = Required<
  Pick<
    ValidateOptions,
    'templates' | 'channelTemplates' | 'topics' | 'httpConnections' | 'country' | 'withoutProvider' | 'personChannels'
  >
>;
/**
 * `journey`: its id. `childOf`: what its sub-journeys call (`SubJourneyRepository`). `previous`: the program of the version that
 * it follows, where people keep what was drawn for them.
 */
type Draft = {
  journey: string;
  graph: Graph;
  registry: NodeRegistry;
  surroundings: Surroundings;
  childOf: ChildOf;
  previous?: Program | null;
};
export type CompiledDraft = Pick<NewVersion, 'program' | 'programHash' | 'entries' | 'expanded'>;
type Checked = { issues: Issue[]; compiled: CompiledDraft | null };

/**
 * Everything that is wrong with a draft, errors first, and its program when it can run; the same whether it is saved,
 * published or tested. The check that the canvas makes too comes first; the compiler is asked when nothing else
 * hinders.
 */
export function checkDraft({ journey, graph, registry, surroundings, childOf, previous }: Draft): Checked {
  const drawn = validate(graph, {
    manifests: registry.manifestsByKey,
    parse: (node) => registry.get(nodeKey(node))?.parse(node.config),
    ...surroundings,
    now: Date.now(),
  });
  const inlined = inlineSubJourneys(graph, { journey, childOf, manifests: registry.manifestsByKey });
  const issues = errorsFirst([...inlined.issues.filter((issue) => !isAmong(drawn, issue)), ...drawn]);
  if (issues.some((issue) => issue.severity === 'error')) return { issues, compiled: null };
  const definitions = new Map([...registry.definitions, [nodeKey(subJourneyEnd.manifest), subJourneyEnd]]);
  const compiled = compile({ graph: inlined.graph, definitions, previous: previous ?? undefined });
  if (!compiled.ok) return { issues: [...compiled.issues.map(onCard), ...issues], compiled: null };
  const { program, entries } = compiled;
  const hasMore = Object.keys(inlined.graph.nodes).length > Object.keys(graph.nodes).length;
  const expanded = hasMore ? scoped(inlined.graph) : null;
  return { issues, compiled: { program, programHash: programHash(program), entries, expanded } };
}

function isAmong(issues: readonly Issue[], { code, nodeId }: Issue): boolean {
  return issues.some((issue) => issue.code === code && issue.nodeId === nodeId);
}

function errorsFirst(issues: readonly Issue[]): Issue[] {
  const isError = ({ severity }: Issue) => severity === 'error';
  return [...issues.filter(isError), ...issues.filter((issue) => !isError(issue))];
}

/** Compiles a draft. Throws a 422 with the issues when it cannot run; warnings do not hinder. */
export function compileDraft(draft: Draft): NonNullable<Checked['compiled']> & { issues: Issue[] } {
  const { issues, compiled } = checkDraft(draft);
  if (compiled) return { ...compiled, issues };
  const errors = issues.filter((issue) => issue.severity === 'error').length;
  throw new UserError(
    'invalid-journey',
    `The journey has ${errors} ${errors === 1 ? 'problem' : 'problems'} to fix first; see "issues".`,
    { status: 422, issues },
  );
}
