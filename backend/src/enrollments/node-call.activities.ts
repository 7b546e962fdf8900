import { Injectable } from '@nestjs/common';
import { allTexts, configFields, entryAt, hasLiquid, mapLeaves } from '@wend/contract';
import type { CallOutcome, JsonObject } from '@wend/contract';
import { isPermanentError, isRetryAfter, parseRunning } from '@wend/node-sdk';
import type { Escape, MessageTemplate, NodeDefinition, RunContext } from '@wend/node-sdk';
import type { NodeActivity, NodeCall } from '@wend/temporal';
import { activitySignal, heartbeatWhile, passingFailure, permanentFailure } from '@wend/temporal/worker';
import { Renderer } from '../content/index.js';
import { timeZoneOf } from '../profiles/index.js';
import { HttpConnections } from '../http-connections/index.js';
import { NodeRegistry } from '../journeys/index.js';
import { logger } from '../platform/logging/index.js';
import { OutboundError, SafeHttpClient } from '../platform/outbound/index.js';
import { storableJson, storableText } from '../platform/text/index.js';
import { NodeCallRepository } from './node-call.repository.js';
import type { NodeSubject } from './node-call.repository.js';

/**
 * Runs custom nodes as Temporal activities: fills in their templates, checks the result with the node's schema, calls
 * `run`.
 */
@Injectable()
export class NodeCallActivities {
  constructor(
    private readonly registry: NodeRegistry,
    private readonly repository: NodeCallRepository,
    private readonly renderer: Renderer,
    private readonly http: SafeHttpClient,
    private readonly connections: HttpConnections,
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
    const found = await this.repository.subject(
      { workspaceId: identity.workspaceId },
      { enrollmentId: identity.enrollmentId, versionId: identity.versionId, node: call.node },
    );
    if (!found) throw permanentFailure('enrollment-gone', 'The enrollment does not exist any more.');
    const subject = { ...found, entry: entryAt(call.node, { entry: found.entry, run: call.run as JsonObject }) };
    const config = await this.configFor(node, { subject, call });
    const context = this.contextFor(node, { subject, call, config });
    try {
      // A test run has no effect outside: the node says what it would have come to.
      const run = identity.origin === 'test' ? (node.simulate ?? node.run) : node.run;
      if (!run) throw permanentFailure('no-code', `The node type ${node.manifest.type} has nothing to run.`);
      return storableJson(await run(context));
    } catch (error) {
      throw asFailure(error);
    }
  }

  private async configFor(
    node: NodeDefinition,
    { subject, call }: { subject: NodeSubject; call: NodeCall },
  ): Promise<JsonObject> {
    const sources = templatesIn(subject.config, escapesOf(node, subject.config));
    const run = call.run as JsonObject;
    const variables = {
      profile: { ...subject.traits, id: subject.profileId, external_id: subject.externalId },
      entry: subject.entry,
      event: subject.entry,
      run,
      now: new Date(call.at).toISOString(),
    };
    const own = timeZoneOf(subject.traits);
    const rendered =
      Object.keys(sources).length === 0
        ? null
        : await this.renderer.render(
            { templates: sources, variables, zones: [...(own === null ? [] : [own]), subject.zone] },
            { tenant: call.identity.workspaceId },
          );
    if (rendered?.kind === 'errors')
      throw permanentFailure('template', rendered.errors.map((error) => `${error.path}: ${error.message}`).join('; '));
    if (rendered?.kind === 'aborted') throw permanentFailure('aborted', rendered.reason);
    const filled = rendered
      ? mapLeaves(subject.config, (value, path) => rendered.values[path] ?? value)
      : subject.config;
    const parsed = parseRunning(node, filled as JsonObject);
    if (!parsed.ok)
      throw permanentFailure(
        'invalid-config',
        parsed.problems.map((problem) => `${problem.path}: ${problem.message}`).join('; '),
      );
    return parsed.config;
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
      profile: { id: subject.profileId, externalId: subject.externalId, traits: subject.traits },
      entry: subject.entry,
      run: call.run as JsonObject,
      now: call.at,
      test: identity.origin === 'test',
      idempotencyKey: `${identity.enrollmentId}/${call.node}/${call.visit}`,
      signal,
      http: (url, { connection, ...request } = {}) => {
        const asked = { ...request, url, method: request.method ?? 'GET', signal };
        return connection === undefined
          ? this.http.request(asked)
          : this.connections.request({ workspaceId: identity.workspaceId }, { ...asked, connection });
      },
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

/** Every string with a tag in it, by its path, made safe for where its field stands. */
function templatesIn(config: JsonObject, escapes: ReadonlyMap<string, Escape>): Record<string, MessageTemplate> {
  return Object.fromEntries(
    allTexts(config).flatMap(({ path, source }) =>
      hasLiquid(source) ? [[path, { source, escape: escapes.get(path) ?? 'none' }]] : [],
    ),
  );
}

function escapesOf({ manifest }: NodeDefinition, config: JsonObject): Map<string, Escape> {
  return new Map(
    configFields({ schema: manifest.config, config }).fields.flatMap(({ schema, path }) =>
      typeof schema['escape'] === 'string' ? [[path, schema['escape'] as Escape] as const] : [],
    ),
  );
}
