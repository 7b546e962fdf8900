import { expect, it } from 'vitest';
import { inClone } from '../launcher/paths.mjs';
import { countsOf, slowestOf } from './report.mjs';

const file = (name: string, durations: number[]) => ({
  name: inClone(name),
  status: 'passed',
  startTime: 1000,
  endTime: 1000 + durations.reduce((a, b) => a + b, 0),
  assertionResults: durations.map((duration, place) => ({ duration, fullName: ` ${name} test ${place}` })),
});

it('names the ten slowest files and tests, and nothing that is quick', () => {
  const files = Array.from({ length: 12 }, (_, n) => file(`f${n}.spec.ts`, [1000 * n, 500]));
  const lines = slowestOf({ testResults: files });
  expect(lines[0]).toBe('Slowest files:');
  expect(lines[1]).toBe('   11.5 s  f11.spec.ts');
  expect(lines[lines.indexOf('Slowest tests:') + 1]).toBe('   11.0 s  f11.spec.ts test 0 (f11.spec.ts)');
  expect(lines).toHaveLength(22);
  expect(slowestOf({ testResults: [file('quick.spec.ts', [20])] })).toEqual([]);
});

it('counts a file that could not be loaded as a failure', () => {
  const unloaded = { ...file('broken.spec.ts', []), status: 'failed' };
  const report = { testResults: [unloaded], numPassedTests: 3, numFailedTests: 1, numPendingTests: 2 };
  expect(countsOf(report)).toEqual({ passed: 3, failed: 2, skipped: 2 });
});
