import type { Json, JsonObject } from '@wend/contract';

/** The answer of `http`: any status is an answer; only no answer (time-out, refused, blocked address) throws. */
export type HttpResponse = { status: number; headers: Record<string, string>; body: string };
export type HttpRequest = {
  method?: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE' | 'HEAD';
  headers?: Record<string, string>;
  body?: string;
  timeoutMs?: number;
  /**
   * Id of an API connection of the workspace, as the widget `httpConnection` gives it: its credentials are added, where
   * the address is one of its servers. Else the request is refused.
   */
  connection?: string;
};
/** The one safe client: time limits, a limit of size, and no way to private addresses. */
export type Http = (url: string, request?: HttpRequest) => Promise<HttpResponse>;

export type Log = Record<'info' | 'warn' | 'error', (message: string, details?: JsonObject) => void>;

/**
 * Why `run` is called again: the sleep is over, the event happened (with all its properties), or the wait timed out
 * (`timer`).
 */
export type Resume = {
  reason: 'timer' | 'event';
  event?: { id: string; name: string; time: number; properties: JsonObject };
  memo?: Json;
};

export type RunProfile = { id: string; externalId: string | null; traits: JsonObject };

/** What a node can see without doing anything: the input of `simulate`. */
export type SimulateContext<Config = JsonObject> = {
  /** Settings with Liquid filled in, checked by the node's schema. */
  config: Config;
  profile: RunProfile;
  /** Properties of the event that began the run. */
  entry: JsonObject;
  /** Outputs of earlier nodes, by node id. */
  run: JsonObject;
  /** The run's time, ms since 1970: in a test run it is not the time of the clock. */
  now: number;
  /** Set when the node is called again. */
  resume?: Resume;
};

export type RunContext<Config = JsonObject> = SimulateContext<Config> & {
  http: Http;
  /** The same for every attempt of this visit: hand it to what must not happen twice. */
  idempotencyKey: string;
  /**
   * Aborted within seconds when the run ended meanwhile, the time is up or the worker stops. What is returned after it
   * counts for nothing.
   */
  signal: AbortSignal;
  log: Log;
  /** A test run that was allowed to have effects outside. */
  test: boolean;
};
