import { validate } from '@wend/contract';
import type { Graph, Issue, Program, ValidateOptions } from '@wend/contract';
import { compile } from '@wend/engine';
import { nodeKey } from '@wend/node-sdk';
import { UserError } from '../platform/errors/index.js';
import type { NodeRegistry } from './node-registry.js';
import { programHash } from './program-hash.js';
import type { NewVersion } from './version.repository.js';

/** What a draft is measured against besides the node types: names that were seen, templates that can be chosen, channels
 * that lead nowhere and that reach people. */
export type Surroundings = Required<
  Pick<ValidateOptions, 'templates' | 'channelTemplates' | 'topics' | 'country' | 'withoutProvider' | 'personChannels'>
>;
/** `previous`: the program of the version that it follows, where people keep what was drawn for them. */
type Draft = { graph: Graph; registry: NodeRegistry; surroundings: Surroundings; previous?: Program | null };
type Checked = { issues: Issue[]; compiled: Pick<NewVersion, 'program' | 'programHash' | 'entries'> | null };

/**
 * Everything that is wrong with a draft, errors first, and its program when it can run; the same whether it is saved,
 * published or tested. The check that the canvas makes too comes first; the compiler is asked when nothing else
 * hinders.
 */
export function checkDraft({ graph, registry, surroundings, previous }: Draft): Checked {
  const issues = validate(graph, {
    manifests: registry.manifestsByKey,
    parse: (node) => registry.get(nodeKey(node))?.parse(node.config),
    ...surroundings,
    now: Date.now(),
  });
  if (issues.some((issue) => issue.severity === 'error')) return { issues, compiled: null };
  const compiled = compile({ graph, definitions: registry.definitions, previous: previous ?? undefined });
  if (!compiled.ok) return { issues: [...compiled.issues, ...issues], compiled: null };
  const { program, entries } = compiled;
  return { issues, compiled: { program, programHash: programHash(program), entries } };
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
