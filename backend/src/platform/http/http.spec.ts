import 'reflect-metadata';
import type { AddressInfo } from 'node:net';
import { Controller, Get, Module } from '@nestjs/common';
import { APP_FILTER, APP_GUARD, APP_INTERCEPTOR, DiscoveryModule, NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { route } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import { Config, apiConfig } from '../config/index.js';
import { OperationalError } from '../errors/index.js';
import { logger } from '../logging/index.js';
import { AccessGuard } from './access.guard.js';
import { CallerResolver } from './caller.js';
import type { Caller } from './caller.js';
import { ProblemFilter } from './problem.filter.js';
import { ResponseInterceptor } from './response.interceptor.js';
import { Access, Route } from './route.decorator.js';
import type { RouteInput } from './route.decorator.js';
import { RoutePermissions } from './route-permissions.js';

const caller: Caller = {
  workspaceId: '00000000-0000-4000-8000-000000000001',
  actor: { kind: 'member', id: 'm', role: 'developer', email: 'dev@example.com' },
};
const access = 'journeys.edit';
const routes = {
  echo: route({
    method: 'POST',
    path: '/api/echo/:id',
    summary: '',
    access,
    params: z.object({ id: z.coerce.number() }),
    query: z.object({ limit: z.coerce.number().default(5) }),
    body: z.object({ name: z.string().trim() }),
    response: z.object({ id: z.number(), limit: z.number(), name: z.string(), workspace: z.string() }),
  }),
  broken: route({ method: 'GET', path: '/api/broken', summary: '', access, response: z.object({ at: z.string() }) }),
  later: route({ method: 'GET', path: '/api/later', summary: '', access, response: z.object({}) }),
  outage: route({ method: 'GET', path: '/api/outage', summary: '', access, response: z.object({}) }),
  owners: route({
    method: 'GET',
    path: '/api/owners',
    summary: '',
    access: 'workspace.manage',
    response: z.object({}),
  }),
};

@Controller()
class TestController {
  @Route(routes.echo)
  echo({ params, query, body, caller: { workspaceId } }: RouteInput<typeof routes.echo>) {
    return { ...params, ...query, ...body, workspace: workspaceId, passwordHash: 'never leaves' };
  }
  @Route(routes.broken)
  broken() {
    return { at: new Date(0) };
  }
  @Route(routes.later)
  later() {
    throw new OperationalError('temporal-unavailable', 'Temporal does not answer just now.');
  }
  @Route(routes.outage)
  outage() {
    throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
  }
  @Route(routes.owners)
  owners() {
    return {};
  }
  @Get('/forgotten')
  forgotten() {
    return 'secret';
  }
  @Get('/open')
  @Access('public')
  open() {
    return { open: true };
  }
}

@Module({
  controllers: [TestController],
  providers: [
    {
      provide: Config,
      useValue: apiConfig({ DATABASE_URL: 'postgres://localhost/none', WEND_SECRET_KEY: '0'.repeat(64) }),
    },
    {
      provide: CallerResolver,
      useValue: { resolve: async (request: Request) => ('x-stranger' in request.headers ? null : caller) },
    },
    { provide: APP_GUARD, useClass: AccessGuard },
    { provide: APP_INTERCEPTOR, useClass: ResponseInterceptor },
    { provide: APP_FILTER, useClass: ProblemFilter },
  ],
})
class TestModule {}

let app: NestExpressApplication;
let url: string;
beforeAll(async () => {
  logger.level = 'silent';
  app = await NestFactory.create<NestExpressApplication>(TestModule, { logger: false });
  await app.listen(0, '127.0.0.1');
  url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
});
afterAll(() => app?.close());

const get = async (path: string, headers: Record<string, string> = {}) => {
  const response = await fetch(`${url}${path}`, { headers });
  return {
    status: response.status,
    headers: response.headers,
    body: (await response.json()) as Record<string, unknown>,
  };
};
const echo = async (path: string, body: unknown) => {
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  return { status: response.status, body: (await response.json()) as Record<string, unknown> };
};

it('hands over what the contract describes, and answers nothing else', async () => {
  expect(await echo('/api/echo/7', { name: ' Ann ' })).toEqual({
    status: 201,
    body: { id: 7, limit: 5, name: 'Ann', workspace: caller.workspaceId },
  });
});

it('says which field is wrong, wherever it stands', async () => {
  expect((await echo('/api/echo/x', { name: 'Ann' })).body).toMatchObject({
    code: 'invalid-request',
    errors: [{ path: 'id' }],
  });
  expect((await echo('/api/echo/1?limit=x', { name: 'Ann' })).body).toMatchObject({ errors: [{ path: 'limit' }] });
  expect((await echo('/api/echo/1', { name: 5 })).body).toMatchObject({
    errors: [{ path: 'name', message: 'must be text' }],
  });
  expect((await echo('/api/echo/1', {})).body).toMatchObject({ errors: [{ path: 'name', message: 'is missing' }] });
  expect((await echo('/api/echo/1', { name: 'a\u0000' })).body).toMatchObject({ status: 400 });
});

it('refuses fields that nobody knows, and says which was probably meant', async () => {
  expect(await echo('/api/echo/1', { name: 'Ann', nmae: 'Bob' })).toMatchObject({
    status: 400,
    body: { code: 'invalid-request', errors: [{ path: 'nmae', message: expect.stringContaining('mean “name”') }] },
  });
  expect((await echo('/api/echo/1?limt=3', { name: 'Ann' })).body).toMatchObject({ errors: [{ path: 'limt' }] });
});

it('refuses a route that names no permission, and does not start with one', async () => {
  const { status, body } = await get('/forgotten');
  expect([status, body['code']]).toEqual([500, 'internal']);
  expect(JSON.stringify(body)).not.toContain('secret');
  expect((await get('/open', { 'x-stranger': '1' })).body).toEqual({ open: true });

  @Module({ imports: [DiscoveryModule, TestModule], providers: [RoutePermissions] })
  class CheckedModule {}
  const checked = await NestFactory.create(CheckedModule, { logger: false, abortOnError: false });
  await expect(checked.init()).rejects.toThrow('TestController.forgotten (none)');
});

it('asks strangers to sign in, and others for the permission', async () => {
  expect(await get('/api/owners', { 'x-stranger': '1' })).toMatchObject({
    status: 401,
    body: { code: 'unauthenticated' },
  });
  expect(await get('/api/owners')).toMatchObject({
    status: 403,
    body: {
      code: 'forbidden',
      detail: expect.stringMatching(/needs workspace\.manage\. Roles that have it: owner, admin\./),
    },
  });
});

it('makes an answer that breaks the contract an error with an id, without its cause', async () => {
  const { status, headers, body } = await get('/api/broken');
  expect(status).toBe(500);
  expect(headers.get('content-type')).toContain('application/problem+json');
  expect(body).toEqual({
    title: 'Internal Server Error',
    status: 500,
    code: 'internal',
    detail: expect.any(String),
    errorId: expect.stringMatching(/^[0-9a-f-]{36}$/),
  });
});

it('asks to come again when something outside does not answer', async () => {
  for (const [path, code] of [
    ['/api/later', 'temporal-unavailable'],
    ['/api/outage', 'database-unavailable'],
  ] as const) {
    const { status, headers, body } = await get(path);
    expect([status, body['code']]).toEqual([503, code]);
    expect(Number(headers.get('retry-after'))).toBeGreaterThan(0);
  }
});
