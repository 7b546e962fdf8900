import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';

const decorators = swc.vite({ jsc: { parser: { syntax: 'typescript', decorators: true }, transform: { legacyDecorator: true, decoratorMetadata: true }, target: 'es2022' } });
const serial = { pool: 'forks' as const, maxWorkers: 2, testTimeout: 60_000, hookTimeout: 120_000 };
const ignored = ['**/node_modules/**', '**/dist/**', '**/.next/**'];

export default defineConfig({
  test: {
    projects: [
      { plugins: [decorators], test: { name: 'unit', sequence: { groupOrder: 0 }, include: ['**/*.spec.{ts,tsx}'], exclude: [...ignored, '**/*.db.spec.ts', '**/*.e2e.spec.ts', 'workflows/temporal/test/**', 'frontend/dashboard/e2e/**'] } },
      { plugins: [decorators], test: { name: 'db', sequence: { groupOrder: 1 }, include: ['**/*.db.spec.ts'], exclude: ignored, ...serial } },
      { test: { name: 'workflow', sequence: { groupOrder: 2 }, include: ['workflows/temporal/test/**/*.spec.ts'], exclude: ignored, ...serial, maxWorkers: 1 } },
      { plugins: [decorators], test: { name: 'e2e', sequence: { groupOrder: 3 }, include: ['backend/test/**/*.e2e.spec.ts'], exclude: ignored, ...serial, maxWorkers: 1 } },
      { plugins: [decorators], test: { name: 'browser', sequence: { groupOrder: 4 }, include: ['frontend/dashboard/e2e/**/*.spec.ts'], exclude: ignored, ...serial, maxWorkers: 1, testTimeout: 120_000 } },
    ],
  },
});
