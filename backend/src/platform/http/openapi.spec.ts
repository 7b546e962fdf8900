import { readFile } from 'node:fs/promises';
import { api, fileRoutes } from '@wend/contract';
import type { FileRoute, Route } from '@wend/contract';
import { describe, expect, it } from 'vitest';
import { openApiDocument } from './openapi.js';

const routes = api as unknown as Record<string, Route>;
const files: Record<string, FileRoute> = fileRoutes;
const document = openApiDocument(routes, files);

describe('docs/openapi.json', () => {
  it('is what the contract says; after a change build and run `node backend/dist/bin/openapi.js`', async () => {
    const golden: unknown = JSON.parse(
      await readFile(new URL('../../../../docs/openapi.json', import.meta.url), 'utf8'),
    );
    expect(golden).toEqual(document);
  });

  it('has every route, and no reference to nowhere', () => {
    const operations = Object.values(
      document['paths'] as Record<string, Record<string, { operationId: string }>>,
    ).flatMap((path) => Object.values(path).map((each) => each.operationId));
    expect(operations.sort()).toEqual([...Object.keys(routes), ...Object.keys(files)].sort());
    const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, at] of references)
      expect(
        at!.split('/').reduce<unknown>((value, key) => (value as Record<string, unknown> | undefined)?.[key], document),
        at,
      ).toBeDefined();
  });
});
