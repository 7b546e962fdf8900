import { z } from 'zod';
import { httpConnectionEndpoints } from './endpoints.js';
import { id, idParams, isoTime, noContent, route } from './route.js';

const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;
/** Headers that belong to the connection itself. */
const ownHeaders = ['host', 'content-length', 'transfer-encoding', 'connection', 'content-type'];

/** How a server knows who asks. The secret is apart: it goes in and never comes out. */
export const httpAuth = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('bearer') }),
  z.object({
    kind: z.literal('basic'),
    username: z
      .string()
      .trim()
      .min(1)
      .max(200)
      .regex(/^[^:\r\n]*$/, 'A user name has no “:”.'),
  }),
  z.object({
    kind: z.literal('header'),
    header: z
      .string()
      .trim()
      .min(1)
      .max(100)
      .regex(token, 'A header name can contain only letters, digits, and “-”.')
      .refine((name) => !ownHeaders.includes(name.toLowerCase()), 'This header can’t carry a key.'),
  }),
  z.object({ kind: z.literal('query'), parameter: z.string().trim().min(1).max(100) }),
]);
export type HttpAuth = z.infer<typeof httpAuth>;

const settings = z.object({
  name: z.string().trim().min(1).max(120),
  auth: httpAuth,
  /** Servers that may get the secret, such as `https://api.example.com`: it is sent nowhere else. */
  origins: z.array(z.string().trim().min(1).max(300)).min(1, 'Name at least one server.').max(10),
});
const secret = z
  .string()
  .min(1)
  .max(8_000)
  .regex(/^[^\r\n\u0000]*$/, 'A secret must be on one line.');

export const addHttpConnection = settings.extend({ secret });
export type AddHttpConnection = z.infer<typeof addHttpConnection>;

/** Without a secret the saved one stays, for the same way and for servers that could get it already. */
export const saveHttpConnection = settings.extend({ secret: secret.optional() });
export type SaveHttpConnection = z.infer<typeof saveHttpConnection>;

export const httpConnection = settings.extend({ id, createdAt: isoTime });
export type HttpConnection = z.infer<typeof httpConnection>;

export const httpConnectionsApi = {
  httpConnections: route({
    ...httpConnectionEndpoints.httpConnections,
    summary: 'The API connections that steps can ask other systems by, without their secrets',
    response: z.object({ items: z.array(httpConnection) }),
  }),
  addHttpConnection: route({
    ...httpConnectionEndpoints.addHttpConnection,
    summary: 'Add an API connection',
    body: addHttpConnection,
    response: httpConnection,
  }),
  saveHttpConnection: route({
    ...httpConnectionEndpoints.saveHttpConnection,
    summary: 'Change an API connection',
    params: idParams,
    body: saveHttpConnection,
    response: httpConnection,
  }),
  removeHttpConnection: route({
    ...httpConnectionEndpoints.removeHttpConnection,
    summary: 'Delete an API connection; steps that use it go on by “Not fetched”',
    params: idParams,
    response: noContent,
  }),
} as const;
