import type { Access, Issue, Problem } from '@wend/contract';
import type { Endpoint } from '@wend/contract/plain';
import { takeEarlyAnswer } from './early-answers';

/** An answer of the api that is not what was asked for. `code` is stable; what to show is asked of `useErrorWords`. */
export class ApiProblem extends Error {
  readonly status: number;
  readonly code: string;
  readonly errors: { path: string; message: string }[];
  readonly issues: Issue[];

  /** `access`: what the route takes of whoever calls it, where the problem is about a route. */
  constructor(
    readonly problem: Problem,
    readonly access?: Access,
  ) {
    super(problem.detail ?? problem.title);
    this.name = 'ApiProblem';
    this.status = problem.status;
    this.code = problem.code;
    this.errors = problem.errors ?? [];
    this.issues = (problem.issues ?? []) as Issue[];
  }
}

type Given<Name extends string, T> = [T] extends [undefined] ? { [key in Name]?: undefined } : { [key in Name]: T };
type Options<P, Q, B> = Given<'params', P> &
  Given<'body', B> & { query?: [Q] extends [undefined] ? undefined : Partial<Q> } & { signal?: AbortSignal };
type Arguments<P, Q, B> = object extends Options<P, Q, B> ? [options?: Options<P, Q, B>] : [options: Options<P, Q, B>];

/** Path of a route with its parameters and query; undefined and empty query values are left out. */
export function routeUrl(
  path: string,
  { params, query }: { params?: Record<string, unknown> | undefined; query?: Record<string, unknown> | undefined } = {},
): string {
  const filled = path.replace(/:([A-Za-z]+)/g, (_, name: string) => encodeURIComponent(String(params?.[name])));
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query ?? {}))
    if (value !== undefined && value !== null && value !== '') search.set(name, String(value));
  return search.size > 0 ? `${filled}?${search}` : filled;
}

/**
 * Calls a route of the contract: `call(api.get, { params: { id } })`. The types come from the route.
 * @throws {ApiProblem} for every answer outside 2xx, and with code `unreachable` when there is no answer.
 */
export async function call<P, Q, B, R>(route: Endpoint<P, Q, B, R>, ...[options]: Arguments<P, Q, B>): Promise<R> {
  const { params, query, body, signal } = (options ?? {}) as {
    params?: Record<string, unknown>;
    query?: Record<string, unknown>;
    body?: unknown;
    signal?: AbortSignal;
  };
  const hasBody = body !== undefined;
  let response: Response;
  try {
    const url = routeUrl(route.path, { params, query });
    const early = route.method === 'GET' ? await takeEarlyAnswer(url) : null;
    response =
      early ??
      (await fetch(url, {
        method: route.method,
        headers: { accept: 'application/json', ...(hasBody ? { 'content-type': 'application/json' } : {}) },
        credentials: 'same-origin',
        ...(hasBody ? { body: JSON.stringify(body) } : {}),
        ...(signal ? { signal } : {}),
      }));
  } catch (error) {
    if (signal?.aborted) throw error;
    throw new ApiProblem({
      title: 'No answer',
      status: 0,
      code: 'unreachable',
    });
  }
  const content = await readJson(response);
  if (!response.ok) throw new ApiProblem(toProblem({ content, status: response.status }), route.access);
  return content as R;
}

async function readJson(response: Response): Promise<unknown> {
  const text = await response.text();
  try {
    return text === '' ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}

function toProblem({ content, status }: { content: unknown; status: number }): Problem {
  const given = content !== null && typeof content === 'object' ? (content as Partial<Problem>) : {};
  return {
    title: 'The request failed',
    code: 'unknown',
    ...given,
    status,
  };
}
