import {
  HttpCode,
  RequestMapping,
  RequestMethod,
  SetMetadata,
  applyDecorators,
  createParamDecorator,
} from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import { isSafeJson, unknownFields } from '@wend/contract';
import type { Access as RouteAccess, Route as ContractRoute } from '@wend/contract';
import type { Request, Response } from 'express';
import { z } from 'zod';
import { UserError } from '../errors/index.js';
import { storableJson } from '../text/index.js';
import type { Caller } from './caller.js';
import { issueWords } from './issue-words.js';

export const routeKey = 'wend:route';
export const accessKey = 'wend:access';
/** Levels of a body: 32 of a node's config (contract) within a graph. */
const deepest = 48;

/** What the one parameter of a `@Route` method holds: validated, typed by the contract. */
export type RouteInput<R> =
  R extends ContractRoute<infer P, infer Q, infer B, infer _>
    ? { params: P; query: Q; body: B; caller: Caller; http: { request: Request; response: Response } }
    : never;
/** The same for routes with `access: 'public'`, where nobody need be signed in. */
export type PublicRouteInput<R> = Omit<RouteInput<R>, 'caller'> & { caller: Caller | null };
/** What a `@Route` method answers; fields that the contract does not name are dropped. */
export type RouteOutput<R> = R extends ContractRoute<infer _P, infer _Q, infer _B, infer Result> ? Result : never;

export type AuthorizedRequest = Request & { caller?: Caller | null };

/** Who calls a route that is not public: the guard has let nobody else in. */
export function callerOf({ caller }: AuthorizedRequest): Caller {
  if (!caller) throw new Error('Only routes that say who may call them know their caller.');
  return caller;
}

/**
 * Serves one route of the contract: path, method, status, permission, validation of what comes in and shape of what
 * goes out. The method has exactly one parameter, a `RouteInput<typeof api.x>`.
 */
export function Route(route: ContractRoute<never, never, never, never> | ContractRoute): MethodDecorator {
  const contract = route as ContractRoute;
  return (target, name, descriptor) => {
    inputOf(contract)(target, name, 0);
    return applyDecorators(
      RequestMapping({ path: contract.path, method: RequestMethod[contract.method] }),
      HttpCode(contract.status),
      SetMetadata(routeKey, contract),
    )(target, name, descriptor);
  };
}

/**
 * The permission of a route outside the contract (`/health`, `/v1`, `/t`). A method without `@Route` and `@Access` is
 * refused, and keeps the api from starting. `public` leaves authentication to the handler.
 */
export function Access(access: RouteAccess): MethodDecorator & ClassDecorator {
  return SetMetadata(accessKey, access);
}

/** A route that takes no fields is sent none: `?dryRun=true` would be for another one. */
const nothing = z.object({});

function inputOf(route: ContractRoute): ParameterDecorator {
  return createParamDecorator((_: unknown, context: ExecutionContext) => {
    const http = context.switchToHttp();
    const request = http.getRequest<AuthorizedRequest>();
    return {
      params: route.params && parseInput(route.params, request.params),
      query: parseInput(route.query ?? nothing, request.query),
      body: parseInput(route.body ?? nothing, request.body),
      caller: request.caller ?? null,
      http: { request, response: http.getResponse<Response>() },
    };
  })();
}

/**
 * What was asked, for controllers that answer by themselves too. Throws a `UserError` that names what is wrong, also a
 * field that nobody knows: `dryrun` for `dryRun` would do for real what was to be tried.
 */
export function parseInput<Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> {
  // PostgreSQL takes no NUL, JSON no number without end, and prototypes and endless nesting are never meant: refused
  // before any schema looks at it.
  if (!isSafeJson(value ?? {}, deepest))
    throw new UserError(
      'invalid-request',
      'The request has NUL characters, numbers such as 1e400, reserved keys such as "__proto__", or too many levels.',
    );
  // Halves of characters (text that was cut within an emoji) are mended, as ingestion does.
  const given = storableJson(value ?? {});
  const parsed = schema.safeParse(given, { error: issueWords });
  if (!parsed.success) throw invalid(parsed.error.issues);
  const unknown = unknownFields({
    given,
    read: parsed.data,
    known: 'shape' in schema ? Object.keys(schema.shape!) : [],
  });
  if (unknown.length > 0) throw invalid(unknown);
  return parsed.data;
}

function invalid(problems: readonly { path: PropertyKey[]; message: string }[]): UserError {
  return new UserError('invalid-request', 'Some fields are missing or wrong.', {
    errors: problems.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}
