import type { Cases } from '../cases.js';

export const cases: Cases = {
  name: 'the environment is read in config.ts',
  broken: [
    {
      path: 'backend/src/journeys/x.ts',
      code: `export const url = process.env['URL'];`,
      says: /environment-in-config: .*config\.ts/,
    },
    { path: 'backend/src/journeys/x.ts', code: `export const { env } = process;`, says: /environment-in-config/ },
    {
      path: 'workflows/temporal/src/x.ts',
      code: `import { env } from 'node:process'; env;`,
      says: /environment-in-config/,
    },
    {
      path: 'frontend/dashboard/src/x.tsx',
      code: `export const url = process['env'].URL;`,
      says: /environment-in-config/,
    },
  ],
  kept: [
    {
      path: 'backend/src/platform/config/config.ts',
      code: `export const read = (environment = process.env) => environment;`,
    },
    { path: 'migrations/src/bin/x.ts', code: `export const url = process.env.URL;` },
    { path: 'docker/launcher/x.mjs', code: `export const url = process.env.URL;` },
    { path: 'backend/src/journeys/x.spec.ts', code: `export const url = process.env.URL;` },
  ],
};
