import { Injectable } from '@nestjs/common';
import { isObject, learntFrom } from '@wend/contract';
import type { CallOutcome, LearntField } from '@wend/contract';
import type { Scope } from '../platform/database/index.js';
import { notFound } from '../platform/errors/index.js';
import { logger } from '../platform/logging/index.js';
import { LearntResultsRepository } from './learnt-results.repository.js';

type Seen = { journeyId: string; node: string; outcome: CallOutcome };
export type LearntNode = { node: string; fields: LearntField[] };

/** Nodes whose results are known here; more are asked of the database again. */
const mostNodes = 2_000;

/**
 * What results of custom steps look like, for those who write the steps after them: paths and types, no values. Results
 * that look as ever cost nothing.
 */
@Injectable()
export class LearntResults {
  private readonly known = new Map<string, Set<string>>();

  constructor(private readonly repository: LearntResultsRepository) {}

  /** The step has done what it does: that nothing could be learnt from it is no reason to do it again. */
  async from(scope: Scope, { journeyId, node, outcome }: Seen): Promise<void> {
    if (outcome.kind !== 'done' || outcome.output === undefined || !isObject(outcome.output)) return;
    const fields = learntFrom(outcome.output);
    const key = `${scope.workspaceId}/${journeyId}/${node}`;
    const known = this.known.get(key);
    const marks = fields.map(({ path, type }) => `${type} ${path}`);
    if (known && marks.every((mark) => known.has(mark))) return;
    try {
      await this.repository.add(scope, { journeyId, node, fields });
    } catch (error) {
      logger.warn({ err: error, journeyId, node }, 'what a result looks like could not be kept');
      return;
    }
    if (!known && this.known.size >= mostNodes) this.known.clear();
    this.known.set(key, new Set([...(known ?? []), ...marks].slice(-1_000)));
  }

  /** By node. Throws 404 when there is no such journey. */
  async list(scope: Scope, journeyId: string): Promise<LearntNode[]> {
    const known = await this.repository.list(scope, journeyId);
    if (!known) throw notFound('journey');
    const byNode = new Map<string, LearntField[]>();
    for (const { node, path, type } of known) byNode.set(node, [...(byNode.get(node) ?? []), { path, type }]);
    return [...byNode].map(([node, fields]) => ({ node, fields }));
  }
}
