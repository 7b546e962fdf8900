import { Injectable } from '@nestjs/common';
import { entryAt } from '@wend/contract';
import type { CallOutcome, JsonObject } from '@wend/contract';
import { isPermanentError, isRetryAfter } from '@wend/node-sdk';
import type { NodeDefinition, RunContext } from '@wend/node-sdk';
import type { NodeActivity, NodeCall } from '@wend/temporal';
import { activitySignal, heartbeatWhile, passingFailure, permanentFailure } from '@wend/temporal/worker';
import { NodeRegistry } from '../journeys/index.js';
import { logger } from '../platform/logging/index.js';
import { OutboundError } from '../platform/outbound/index.js';
import { storableJson, storableText } from '../platform/text/index.js';
import { LearntResults } from './learnt-results.js';
import { NodeCallRepository } from './node-call.repository.js';
import type { NodeSubject } from './node-call.repository.js';
import { NodeRunner } from './node-runner.js';

/**
 * Runs custom nodes as Temporal activities: fills in their templates, checks the result with the node's schema, calls
 * `run`.
 */
@Injectable()
export class NodeCallActivities {
  constructor(
    private readonly registry: NodeRegistry,
    private readonly repository: NodeCallRepository,
    private readonly runner: NodeRunner,
    private readonly learnt: LearntResults,
  ) {}

  /** One activity per custom node type and version. */
  all(): Record<string, NodeActivity> {
    const nodes = this.registry.list().filter((node) => node.run);
    return Object.fromEntries(
      nodes.map((node) => [
        `node.${node.manifest.type}.v${node.manifest.version}`,
        (call: NodeCall) => heartbeatWhile(() => this.call(node, call)),
      ]),
    );
  }

  private async call(node: NodeDefinition, call: NodeCall): Promise<CallOutcome> {
    const { identity } = call;
    const scope = { workspaceId: identity.workspaceId };
    const found = await this.repository.subject(scope, {
      enrollmentId: identity.enrollmentId,
      versionId: identity.versionId,
      node: call.node,
    });
    if (!found) throw permanentFailure('enrollment-gone', 'The enrollment does not exist any more.');
    const run = call.run as JsonObject;
    const subject = { ...found, entry: entryAt(call.node, { entry: found.entry, run }) };
    const filled = await this.runner.configFor(scope, { ...subject, node, run, at: call.at });
    if (!filled.ok) throw permanentFailure(filled.code, filled.message);
    const context = this.contextFor(node, { subject, call, config: filled.config });
    // A test run has no effect outside: the node says what it would have come to.
    const isTest = identity.origin === 'test';
    try {
      const code = isTest ? (node.simulate ?? node.run) : node.run;
      if (!code) throw permanentFailure('no-code', `The node type ${node.manifest.type} has nothing to run.`);
      const outcome = storableJson(await code(context));
      if (!isTest) await this.learnt.from(scope, { journeyId: subject.journeyId, node: call.node, outcome });
      return outcome;
    } catch (error) {
      throw asFailure(error);
    }
  }

  private contextFor(
    node: NodeDefinition,
    { subject, call, config }: { subject: NodeSubject; call: NodeCall; config: JsonObject },
  ): RunContext {
    const { identity } = call;
    const about = { node: call.node, type: node.manifest.type, enrollmentId: identity.enrollmentId };
    const signal = activitySignal();
    return {
      config,
      profile: subject.profile,
      entry: subject.entry,
      run: call.run as JsonObject,
      now: call.at,
      test: identity.origin === 'test',
      idempotencyKey: `${identity.enrollmentId}/${call.node}/${call.visit}`,
      signal,
      http: this.runner.httpFor({ workspaceId: identity.workspaceId }, signal),
      log: {
        info: (message, details) => logger.info({ ...about, ...details }, message),
        warn: (message, details) => logger.warn({ ...about, ...details }, message),
        error: (message, details) => logger.error({ ...about, ...details }, message),
      },
      ...(call.resume
        ? {
            resume: {
              reason: call.resume.reason,
              ...(call.resume.event ? { event: call.resume.event } : {}),
              ...(call.resume.memo === undefined ? {} : { memo: call.resume.memo }),
            },
          }
        : {}),
    };
  }
}

/**
 * The failure as a run keeps it: what a third party's code says must be storable, or the step that records it would
 * never be committed.
 */
function asFailure(error: unknown): unknown {
  if (isPermanentError(error)) return permanentFailure(storableText(String(error.code)), storableText(error.message));
  if (isRetryAfter(error))
    return passingFailure({ code: 'retry-after', message: storableText(error.message), seconds: error.seconds });
  // Our own rules forbid the address: asking again changes nothing.
  if (error instanceof OutboundError && error.kind === 'refused')
    return permanentFailure('refused-address', storableText(error.message));
  if (!(error instanceof Error)) return passingFailure({ code: 'error', message: storableText(String(error)) });
  const message = storableText(error.message);
  return message === error.message ? error : passingFailure({ code: error.name, message });
}
