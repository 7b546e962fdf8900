import type { Graph, Issue } from '@wend/contract';
import { compile } from '@wend/engine';
import { UserError } from '../platform/errors/index.js';
import type { NodeRegistry } from './node-registry.js';
import { programHash } from './program-hash.js';
import type { NewVersion } from './version.repository.js';

/** Everything that is wrong with a draft, worst first; the same whether it is saved, published or tested. */
export function draftIssues({ graph, registry }: { graph: Graph; registry: NodeRegistry }): Issue[] {
  const compiled = compile({ graph, definitions: registry.definitions });
  return compiled.ok ? [] : compiled.issues;
}

/** Compiles a draft. Throws a 422 with the issues when it cannot run; warnings do not hinder. */
export function compileDraft({ graph, registry }: { graph: Graph; registry: NodeRegistry }): Pick<NewVersion, 'program' | 'programHash' | 'trigger'> & { issues: Issue[] } {
  const issues = draftIssues({ graph, registry });
  const errors = issues.filter((issue) => issue.severity === 'error');
  const compiled = errors.length === 0 ? compile({ graph, definitions: registry.definitions }) : null;
  if (!compiled?.ok) {
    const all = compiled ? [...compiled.issues, ...issues] : issues;
    const count = all.filter((issue) => issue.severity === 'error').length;
    throw new UserError('invalid-journey', `The journey has ${count} ${count === 1 ? 'problem' : 'problems'} to solve first; see "issues".`, { status: 422, issues: all });
  }
  return { program: compiled.program, programHash: programHash(compiled.program), trigger: compiled.trigger, issues };
}
