import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const decorators = swc.vite({ jsc: { parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true }, target: 'es2022' } });
const serial = { pool: 'forks' as const, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000 };
const ignored = ['**/node_modules/**', '**/dist/**', '**/.next/**'];

export default defineConfig({
  test: {
    projects: [
      { plugins: [decorators], test: { name: 'unit', include: ['**/*.spec.{ts,tsx}'], exclude: [...ignored, '**/*.db.spec.ts', '**/*.e2e.spec.ts', 'workflows/temporal/test/**', 'frontend/dashboard/e2e/**'] } },
      { plugins: [decorators], test: { name: 'db', include: ['**/*.db.spec.ts'], exclude: ignored, ...serial } },
      { test: { name: 'workflow', include: ['workflows/temporal/test/**/*.spec.ts'], exclude: ignored, ...serial, maxWorkers: 1 } },
      { plugins: [decorators], test: { name: 'e2e', include: ['backend/test/**/*.e2e.spec.ts'], exclude: ignored, ...serial, maxWorkers: 1 } },
      { plugins: [decorators], test: { name: 'browser', include: ['frontend/dashboard/e2e/**/*.spec.ts'], exclude: ignored, ...serial, maxWorkers: 1, testTimeout: 120_000 } },
    ],
  },
});
