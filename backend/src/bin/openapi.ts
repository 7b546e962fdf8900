/** Writes docs/openapi.json from the contract: `node backend/dist/bin/openapi.js`. A test compares the two. */
import { writeFile } from 'node:fs/promises';
import { api, fileRoutes } from '@wend/contract';
import type { Route } from '@wend/contract';
import { openApiDocument } from '../platform/http/index.js';

const file = new URL('../../../docs/openapi.json', import.meta.url);
const document = openApiDocument(api as unknown as Record<string, Route>, fileRoutes);
await writeFile(file, `${JSON.stringify(document, null, 2)}\n`);
