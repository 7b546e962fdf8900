import { z } from 'zod';
import { apiKeyScopes, roles } from '../access/permissions.js';
import type { Access } from '../access/permissions.js';

export const apiKeyScope = z.enum(apiKeyScopes);
export const role = z.enum(roles);

/**
 * One management route: drives the controller, the dashboard's client and the OpenAPI document. `access` is the
 * permission that it takes.
 */
export type Route<P = unknown, Q = unknown, B = unknown, R = unknown> = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  summary: string;
  access: Access;
  status: number;
  /** Largest body; 1 MB without it. */
  bodyBytes?: number;
  /** The body is bytes of any length and any type, which the handler reads. */
  raw?: true;
  params?: z.ZodType<P>;
  query?: z.ZodType<Q>;
  body?: z.ZodType<B>;
  response: z.ZodType<R>;
};

export function route<P = undefined, Q = undefined, B = undefined, R = unknown>(
  definition: Omit<Route<P, Q, B, R>, 'status'> & { status?: number },
): Route<P, Q, B, R> {
  return { status: definition.method === 'POST' ? 201 : 200, ...definition } as Route<P, Q, B, R>;
}

/** RFC 9457. `code` is stable; `issues` and `errors` say where. */
export const problem = z.object({
  type: z.string().optional(),
  title: z.string(),
  status: z.number(),
  code: z.string(),
  detail: z.string().optional(),
  errorId: z.string().optional(),
  errors: z.array(z.object({ path: z.string(), message: z.string() })).optional(),
  issues: z.array(z.any()).optional(),
});
export type Problem = z.infer<typeof problem>;

export const id = z.uuid();
/** A person's id in your system, as every door reads it: without the spaces at its ends. */
export const externalId = z.string().trim().min(1).max(255);
/** The largest number that a version or revision (a column of 32 bits) can have. */
export const largestNumber = 2_147_483_647;
export const isoTime = z.iso.datetime({ offset: true });
export const idParams = z.object({ id });
export const noContent = z.object({ ok: z.literal(true) });

/** A page of a list: `next` is the cursor of the following page, or null. */
export function page<T extends z.ZodType>(item: T) {
  return z.object({ items: z.array(item), next: z.string().nullable() });
}
export type Page<Item> = { items: Item[]; next: string | null };
export const pageQuery = z.object({
  cursor: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  search: z.string().max(200).optional(),
});
