import { DiscoveryService, MetadataScanner, ModulesContainer } from '@nestjs/core';
import { api } from '@wend/contract';
import type { Route } from '@wend/contract';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { routeKey } from '../src/platform/http/index.js';
import { startTestApi } from './api.js';
import type { TestApi } from './api.js';

let server: TestApi;
beforeAll(async () => {
  server = await startTestApi();
});
afterAll(() => server?.close());

it('serves every route of the contract, each once', () => {
  const controllers = new DiscoveryService(server.app.get(ModulesContainer)).getControllers();
  const served = controllers.flatMap(({ instance }) =>
    new MetadataScanner()
      .getAllMethodNames(Object.getPrototypeOf(instance))
      .flatMap(
        (method) =>
          (Reflect.getMetadata(routeKey, (instance as Record<string, object>)[method]!) as Route | undefined) ?? [],
      ),
  );
  const names = Object.entries(api)
    .filter(([, route]) => served.includes(route as unknown as Route))
    .map(([name]) => name);
  expect(names).toEqual(Object.keys(api));
  expect(served).toHaveLength(new Set(served).size);
});
