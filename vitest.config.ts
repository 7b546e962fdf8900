import swc from 'unplugin-swc';
import { defineConfig } from 'vitest/config';
import { BaseSequencer } from 'vitest/node';
import type { TestSpecification } from 'vitest/node';

const decorators = swc.vite({
  jsc: {
    parser: { syntax: 'typescript', decorators: true },
    transform: { legacyDecorator: true, decoratorMetadata: true },
    target: 'es2022',
  },
});
/** What lasts longest begins first, so that nobody waits for one file at the end. */
const longest = [
  '/killed-batches.e2e.spec.ts',
  '/heartbeat.spec.ts',
  '/pages.spec.ts',
  '/timed-entries.e2e.spec.ts',
  '/faults-launcher.e2e.spec.ts',
  '/entering.e2e.spec.ts',
];
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification) => longest.some((name) => moduleId.endsWith(name));
    const sorted = await super.sort(files);
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))];
  }
}

/** The dashboard's own imports, as its tsconfig has them. */
const dashboard = {
  alias: [{ find: /^@\//, replacement: new URL('frontend/dashboard/src/', import.meta.url).pathname }],
};
/**
 * Two files at once: most of them wait more than they work. A process goes on from file to file, since reading NestJS
 * and Temporal's SDK takes it longer than many a file does; what a file starts it ends, and each has a database and a
 * task queue of its own.
 */
const onServers = {
  pool: 'forks' as const,
  isolate: false,
  maxWorkers: 2,
  testTimeout: 60_000,
  hookTimeout: 120_000,
};
const ignored = ['**/node_modules/**', '**/dist/**', '**/.next/**'];

export default defineConfig({
  test: {
    sequence: { sequencer: LongestFirst },
    projects: [
      {
        plugins: [decorators],
        resolve: dashboard,
        test: {
          name: 'unit',
          sequence: { groupOrder: 0 },
          include: ['**/*.spec.{ts,tsx}'],
          exclude: [
            ...ignored,
            '**/*.db.spec.ts',
            '**/*.e2e.spec.ts',
            'workflows/temporal/test/**',
            'frontend/dashboard/e2e/**',
          ],
        },
      },
      {
        plugins: [decorators],
        test: { name: 'db', sequence: { groupOrder: 1 }, include: ['**/*.db.spec.ts'], exclude: ignored, ...onServers },
      },
      {
        test: {
          name: 'workflow',
          sequence: { groupOrder: 2 },
          include: ['workflows/temporal/test/**/*.spec.ts'],
          exclude: ignored,
          ...onServers,
        },
      },
      {
        plugins: [decorators],
        test: {
          name: 'e2e',
          sequence: { groupOrder: 2 },
          include: ['backend/test/**/*.e2e.spec.ts'],
          exclude: ignored,
          ...onServers,
        },
      },
      {
        plugins: [decorators],
        test: {
          name: 'browser',
          sequence: { groupOrder: 2 },
          include: ['frontend/dashboard/e2e/**/*.spec.ts'],
          exclude: ignored,
          ...onServers,
          testTimeout: 120_000,
        },
      },
    ],
  },
});
