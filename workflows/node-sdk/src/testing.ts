import type { CallOutcome, Fact, JsonObject, Lowered } from '@wend/contract';
import type { Http, HttpRequest, HttpResponse, Resume, RunContext, RunProfile } from './context.js';
import type { NodeDefinition } from './define-node.js';

export { checkNode } from './check-node.js';
export { openProvider } from './provider-testing.js';
export type { OpenProvider, ProviderRun } from './provider-testing.js';

/** An answer by address; `*` answers every other one. */
export type HttpAnswers = Record<string, Partial<HttpResponse> | ((request: HttpRequest) => Partial<HttpResponse>)>;

export type NodeRun = {
  config: JsonObject;
  profile?: Partial<RunProfile>;
  entry?: JsonObject;
  run?: JsonObject;
  http?: Http | HttpAnswers;
  resume?: Resume;
  /** ms since 1970. */
  now?: number;
  test?: boolean;
  idempotencyKey?: string;
  signal?: AbortSignal;
};

export type NodeRunResult = {
  outcome: CallOutcome;
  requests: ({ url: string } & HttpRequest)[];
  logs: { level: 'info' | 'warn' | 'error'; message: string; details?: JsonObject }[];
};

/**
 * Runs a node as the host would, without network: checks the settings, then calls it. What the node throws is thrown,
 * so that a test can expect a `PermanentError` or `RetryAfter`.
 */
export async function runNode(node: NodeDefinition, options: NodeRun): Promise<NodeRunResult> {
  if (!node.run) throw new Error(`${node.manifest.type} has no run: the engine carries it out itself.`);
  const parsed = node.parse(options.config);
  if (!parsed.ok)
    throw new Error(
      `The settings do not fit ${node.manifest.type}: ${parsed.problems.map(({ path, message }) => `${path}: ${message}`).join(' ')}`,
    );
  const requests: NodeRunResult['requests'] = [];
  const logs: NodeRunResult['logs'] = [];
  const write =
    (level: NodeRunResult['logs'][number]['level']) =>
    (message: string, details?: JsonObject): void => {
      logs.push({ level, message, ...(details ? { details } : {}) });
    };
  const answer = httpOf(options.http ?? {});
  const context: RunContext = {
    config: parsed.config,
    profile: { id: '00000000-0000-4000-8000-000000000001', externalId: 'test-person', traits: {}, ...options.profile },
    entry: options.entry ?? {},
    run: options.run ?? {},
    now: options.now ?? Date.UTC(2026, 0, 5, 9),
    http: async (url, request = {}) => {
      requests.push({ url, ...request });
      return answer(url, request);
    },
    idempotencyKey: options.idempotencyKey ?? 'test-run/node#1',
    signal: options.signal ?? new AbortController().signal,
    log: { info: write('info'), warn: write('warn'), error: write('error') },
    test: options.test ?? false,
    ...(options.resume ? { resume: options.resume } : {}),
  };
  return { outcome: await node.run(context), requests, logs };
}

function httpOf(http: Http | HttpAnswers): Http {
  if (typeof http === 'function') return http;
  return (url, request = {}) => {
    const found = http[url] ?? http['*'];
    if (!found) return Promise.reject(new Error(`The node called ${url}, and the test gave no answer for it.`));
    const { status = 200, headers = {}, body = '' } = typeof found === 'function' ? found(request) : found;
    return Promise.resolve({ status, headers, body });
  };
}

/** Lowers a control node as the compiler would: targets have `pc` 0, facts are numbered in order. */
export function lowerNode(node: NodeDefinition, config: JsonObject): { instructions: Lowered[]; facts: Fact[] } {
  if (!node.lower) throw new Error(`${node.manifest.type} has no lower: it runs as an activity.`);
  const parsed = node.parse(config);
  if (!parsed.ok)
    throw new Error(
      `The settings do not fit ${node.manifest.type}: ${parsed.problems.map(({ path, message }) => `${path}: ${message}`).join(' ')}`,
    );
  const facts: Fact[] = [];
  const instructions = node.lower(parsed.config, {
    nodeId: 'node',
    to: (port) => ({ port, pc: 0 }),
    fact: (fact) => facts.push(fact) - 1,
  });
  return { instructions, facts };
}
