import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { learntFrom, nodeKey, portsOf, shownText, shownValue } from '@wend/contract';
import type { CallOutcome, Json, JsonObject, StepTrial, TriedCall, TryStep } from '@wend/contract';
import { isPermanentError, isRetryAfter } from '@wend/node-sdk';
import type { Http, NodeDefinition, RunContext } from '@wend/node-sdk';
import { AuditLog } from '../access/index.js';
import { samplePerson } from '../content/index.js';
import { NodeRegistry } from '../journeys/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { PerMinute } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { OutboundError } from '../platform/outbound/index.js';
import { LearntResults } from './learnt-results.js';
import { NodeRunner } from './node-runner.js';
import { StepTrialRepository } from './step-trial.repository.js';

const patienceMs = 30_000;
/** Of a body, in characters: what somebody looks at. */
const bodyShown = 20_000;
const perMinute = 20;

type Came = { outcome: CallOutcome | null; problem: string | null; again: number | null };
type Trying = { journeyId: string } & TryStep;

/**
 * Runs a step once, by itself and for real, with the settings that its form has now. It belongs to no run; what its result
 * looks like is kept for the steps after it.
 */
@Injectable()
export class StepTrialService {
  private readonly tries = new PerMinute({
    most: perMinute,
    code: 'too-many-trials',
    message: 'You have tried many steps in the last minute. Wait a moment and try again.',
  });

  constructor(
    private readonly registry: NodeRegistry,
    private readonly runner: NodeRunner,
    private readonly repository: StepTrialRepository,
    private readonly learnt: LearntResults,
    private readonly audit: AuditLog,
  ) {}

  async try(caller: Caller, { journeyId, step, profileId, entry, run }: Trying): Promise<StepTrial> {
    const zone = await this.repository.zoneFor(caller, journeyId);
    if (zone === null) throw notFound('journey');
    const node = this.registry.get(nodeKey(step));
    if (!node?.run || !node.manifest.trial)
      throw new UserError('not-tried', 'A step of this kind can’t be tried by itself. Start a test run instead.', {
        status: 422,
      });
    const profile = profileId === undefined ? samplePerson : await this.repository.profile(caller, profileId);
    if (!profile) throw notFound('profile');
    const at = Date.now();
    const config = configOf(node, step.config);
    const filled = await this.runner.configFor(caller, { node, config, profile, entry, run, at, zone });
    if (!filled.ok) throw new UserError('invalid-step', `The step can’t be tried: ${filled.message}`, { status: 422 });
    this.tries.count(caller);
    const calls: TriedCall[] = [];
    const signal = AbortSignal.timeout(patienceMs);
    const context: RunContext = {
      config: filled.config,
      profile,
      entry,
      run,
      now: at,
      test: false,
      idempotencyKey: `trial/${randomUUID()}`,
      signal,
      http: watched(this.runner.httpFor(caller, signal), calls),
      log: logOf({ journeyId, node: step.id, type: step.type }),
    };
    try {
      const came = await this.run(node, context);
      return await this.told(caller, { journeyId, nodeId: step.id, node, config: filled.config, came, calls });
    } finally {
      await this.audit.record(caller, {
        action: 'step.try',
        subject: `journey:${journeyId}`,
        detail: { node: step.id, type: step.type, profileId: profileId ?? null, urls: calls.map(({ url }) => url) },
      });
    }
  }

  private async run(node: NodeDefinition, context: RunContext): Promise<Came> {
    try {
      const outcome = await node.run!(context);
      const again = outcome.kind === 'sleep' ? Math.max(0, Math.round((outcome.until - context.now) / 1_000)) : null;
      return { outcome, problem: null, again };
    } catch (error) {
      if (isRetryAfter(error)) return { outcome: null, problem: error.message, again: error.seconds };
      if (!isPermanentError(error) && !(error instanceof OutboundError))
        logger.warn({ err: error, type: node.manifest.type }, 'a step that was tried has failed');
      return { outcome: null, problem: error instanceof Error ? error.message : String(error), again: null };
    }
  }

  private async told(
    scope: Scope,
    {
      journeyId,
      nodeId,
      node,
      config,
      came: { outcome, problem, again },
      calls,
    }: { journeyId: string; nodeId: string; node: NodeDefinition; config: JsonObject; came: Came; calls: TriedCall[] },
  ): Promise<StepTrial> {
    if (outcome?.kind !== 'done') return { port: null, output: null, problem, again, calls };
    await this.learnt.from(scope, { journeyId, node: nodeId, outcome });
    const port = portsOf(node.manifest, config).find(({ id }) => id === outcome.port);
    return {
      port: { id: outcome.port, label: port?.label ?? outcome.port },
      output: outcome.output === undefined ? null : shownValue<Json>(outcome.output),
      problem,
      again,
      calls,
    };
  }
}

/** As the step would run with it. Throws what is wrong with it, by field. */
function configOf(node: NodeDefinition, config: JsonObject): JsonObject {
  const parsed = node.parse(config);
  if (parsed.ok) return parsed.config;
  throw new UserError('invalid-request', 'This step’s settings have problems to fix first; see "errors".', {
    status: 422,
    errors: parsed.problems.map(({ path, message }) => ({ path: `step.config.${path}`, message })),
  });
}

/** Notes what is asked and answered, without what looks secret. */
function watched(http: Http, calls: TriedCall[]): Http {
  return async (url, request) => {
    const began = performance.now();
    const call = { method: request?.method ?? 'GET', url: shownText(url) };
    const took = () => Math.round(performance.now() - began);
    try {
      const answer = await http(url, request);
      calls.push({ ...call, ...shownBody(answer.body), status: answer.status, ms: took(), problem: null });
      return answer;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      calls.push({ ...call, body: '', cut: false, fields: [], status: null, ms: took(), problem });
      throw error;
    }
  };
}

function shownBody(body: string): Pick<TriedCall, 'body' | 'cut' | 'fields'> {
  const value = parsed(body);
  const text = value === undefined ? shownText(body) : JSON.stringify(shownValue(value), null, 2);
  return {
    body: text.slice(0, bodyShown),
    cut: text.length > bodyShown,
    fields: value === undefined ? [] : learntFrom(value),
  };
}

function parsed(body: string): Json | undefined {
  try {
    return JSON.parse(body.replace(/^\uFEFF/, '')) as Json;
  } catch {
    return undefined;
  }
}

function logOf(about: object): RunContext['log'] {
  return {
    info: (message, details) => logger.info({ ...about, ...details }, message),
    warn: (message, details) => logger.warn({ ...about, ...details }, message),
    error: (message, details) => logger.error({ ...about, ...details }, message),
  };
}
