import { STATUS_CODES } from 'node:http';
import {
  enrollmentSummary,
  graph,
  issue,
  jsonObject,
  journeySummary,
  messageDetail,
  messageSummary,
  nodeManifest,
  operand,
  problem,
  profileEvent,
  rolesWith,
  rule,
  scopesWith,
} from '@wend/contract';
import type { Access, FileRoute, Route } from '@wend/contract';
import { z } from 'zod';

type Json = Record<string, unknown>;
type Named = [name: string, route: Route];

type Schemas = Record<string, Json>;

/** Parts that occur in many routes are written once, under these names. */
const names = z.registry<{ id: string; type?: string }>();
for (const [id, schema] of Object.entries({
  Graph: graph,
  Issue: issue,
  JourneySummary: journeySummary,
  EnrollmentSummary: enrollmentSummary,
  MessageSummary: messageSummary,
  MessageDetail: messageDetail,
  NodeManifest: nodeManifest,
  Operand: operand,
  Problem: problem,
  ProfileEvent: profileEvent,
  Rule: rule,
})) {
  names.add(schema, { id });
}
names.add(jsonObject, { id: 'JsonObject', type: 'object' });

const errors: Record<number, string> = {
  400: 'A field is missing or wrong',
  401: 'Nobody is signed in',
  403: 'Not allowed',
  404: 'Not there',
  409: 'Conflicts with the state it is in',
  422: 'Cannot be carried out',
  429: 'Too many attempts',
  503: 'Try again later',
};

type Operation = { path: string; method: string; describe: () => Json };

/**
 * The OpenAPI 3.1 document of the management API, from the contract alone: its routes, and those that answer with files
 * and streams. The order is stable, so that differences can be read.
 */
export function openApiDocument(routes: Record<string, Route>, files: Record<string, FileRoute>): Json {
  const paths: Record<string, Json> = {};
  const components: Schemas = {};
  schemaOf({ schema: problem, io: 'output', components });
  const operations: Operation[] = [
    ...(Object.entries(routes) as Named[]).map(([name, route]) => ({
      path: route.path,
      method: route.method,
      describe: () => operation({ name, route, components }),
    })),
    ...Object.entries(files).map(([name, route]) => ({
      path: route.path,
      method: 'GET',
      describe: () => fileOperation({ name, route, components }),
    })),
  ];
  operations.sort((a, b) => (`${a.path} ${a.method}` < `${b.path} ${b.method}` ? -1 : 1));
  for (const { path: at, method, describe } of operations) {
    const path = at.replace(/:(\w+)/g, '{$1}');
    paths[path] = { ...paths[path], [method.toLowerCase()]: describe() };
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Wend management API',
      version: '1',
      description: 'Journeys, runs, profiles, messages and settings. Ingestion speaks the Segment HTTP API under /v1.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      schemas: Object.fromEntries(Object.entries(components).sort(([a], [b]) => (a < b ? -1 : 1))),
      responses: Object.fromEntries(
        Object.entries(errors).map(([status, description]) => [
          `Error${status}`,
          {
            description,
            content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
          },
        ]),
      ),
      securitySchemes: {
        session: { type: 'apiKey', in: 'cookie', name: 'wend_session' },
        key: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

type OperationOptions<Kind> = { name: string; route: Kind; components: Schemas };

/** What is said of every operation. */
function head({ name, route, components }: OperationOptions<Route | FileRoute>): Json {
  const parameters = [
    ...parametersOf({ schema: route.params, location: 'path', components }),
    ...parametersOf({ schema: route.query, location: 'query', components }),
  ];
  return {
    operationId: name,
    summary: route.summary,
    ...permissionParts(route.access),
    ...(parameters.length > 0 && { parameters }),
  };
}

function errorResponses(): Json {
  return Object.fromEntries(
    Object.keys(errors).map((status) => [status, { $ref: `#/components/responses/Error${status}` }]),
  );
}

function fileOperation({ name, route, components }: OperationOptions<FileRoute>): Json {
  return {
    ...head({ name, route, components }),
    responses: {
      200: { description: STATUS_CODES[200], content: { [route.type]: { schema: { type: 'string' } } } },
      ...errorResponses(),
    },
  };
}

function operation({ name, route, components }: OperationOptions<Route>): Json {
  return {
    ...head({ name, route, components }),
    ...(route.body && {
      requestBody: {
        required: true,
        content: { 'application/json': { schema: schemaOf({ schema: route.body, io: 'input', components }) } },
      },
    }),
    ...(route.raw && {
      requestBody: {
        required: true,
        content: { 'application/octet-stream': { schema: { type: 'string', format: 'binary' } } },
      },
    }),
    responses: {
      [route.status]: {
        description: STATUS_CODES[route.status],
        content: { 'application/json': { schema: schemaOf({ schema: route.response, io: 'output', components }) } },
      },
      ...errorResponses(),
    },
  };
}

/** What is said of a route's permission: `x-permission` is its name, for programs. */
function permissionParts(access: Access): Json {
  if (access === 'public') return { description: 'Open to everybody.', security: [] };
  const scopes = scopesWith(access);
  const keys = scopes.length === 0 ? 'Not for API keys.' : `API keys: scope ${scopes.join(' or ')}.`;
  return {
    description: `Needs ${access}. Members: ${rolesWith(access).join(', ')}. ${keys}`,
    'x-permission': access,
    security: [{ session: [] }, ...(scopes.length === 0 ? [] : [{ key: [] }])],
  };
}

type ParametersOfOptions = {
  schema: z.ZodType | undefined;
  location: 'path' | 'query';
  components: Schemas;
};

function parametersOf({ schema, location, components }: ParametersOfOptions): Json[] {
  if (!schema) return [];
  const { properties = {}, required = [] } = schemaOf({ schema, io: 'input', components }) as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, property]) => ({
    name,
    in: location,
    required: location === 'path' || required.includes(name),
    schema: property,
  }));
}

type SchemaOfOptions = {
  schema: z.ZodType;
  io: 'input' | 'output';
  components: Schemas;
};

/**
 * The JSON Schema of `schema`; named parts go to `components`. What a client sends and what it gets may differ
 * (defaults), so the first has names of its own.
 */
function schemaOf({ schema, io, components }: SchemaOfOptions): Json {
  const suffix = io === 'input' ? 'Input' : '';
  const text = JSON.stringify(
    z.toJSONSchema(z.object({ root: schema }), { io, metadata: names, unrepresentable: 'any' }),
  );
  const { properties, $defs = {} } = JSON.parse(
    text.replace(/"#\/\$defs\/(\w+)"/g, `"#/components/schemas/$1${suffix}"`),
  ) as { properties: { root: Json }; $defs?: Schemas };
  for (const [name, { id: _, ...definition }] of Object.entries($defs)) components[`${name}${suffix}`] = definition;
  return properties.root;
}
