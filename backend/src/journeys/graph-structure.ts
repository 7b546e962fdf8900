import { structureProblems } from '@wend/contract';
import type { Graph } from '@wend/contract';
import { UserError } from '../platform/errors/index.js';

/** What every stored graph has, finished or not; throws a 400 with the first of its problems as the reason. */
export function checkStructure(graph: Graph): void {
  const problems = structureProblems(graph);
  if (problems[0]) throw new UserError('invalid-request', problems[0].message, { errors: problems.slice(0, 50) });
}
