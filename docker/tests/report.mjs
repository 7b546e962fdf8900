/** What vitest's JSON report says at the end of a run: how many tests there were, and which took longest. */
import { existsSync, readFileSync } from 'node:fs';
import { relative } from 'node:path';
import { root } from '../launcher/paths.mjs';

/** As many files, and as many tests, are named at the end of a run. */
const named = 10;
/** Seconds; who asks for one file need not hear which of its tests took a tenth of a second. */
const slow = 2;

/** @param {string} file @returns vitest's report; undefined when it wrote none */
export const readReport = (file) => (existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined);

/** Numbers of a report; a file that could not even be loaded counts as one failure. */
export const countsOf = (report) => {
  const unloaded = report.testResults.filter(
    ({ status, assertionResults }) => status === 'failed' && assertionResults.length === 0,
  ).length;
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests + unloaded,
    skipped: report.numPendingTests + (report.numTodoTests ?? 0),
  };
};

const longest = (entries) =>
  entries
    .filter(({ seconds }) => seconds >= slow)
    .sort((a, b) => b.seconds - a.seconds)
    .slice(0, named)
    .map(({ seconds, name }) => `${seconds.toFixed(1).padStart(7)} s  ${name}`);

/** The lines that name what took longest. @returns {string[]} */
export const slowestOf = ({ testResults }) => {
  const pathOf = ({ name }) => relative(root, name);
  const files = longest(
    testResults.map((file) => ({ seconds: (file.endTime - file.startTime) / 1000, name: pathOf(file) })),
  );
  const tests = longest(
    testResults.flatMap((file) =>
      file.assertionResults.map(({ duration, fullName }) => ({
        seconds: (duration ?? 0) / 1000,
        name: `${fullName.trim()} (${pathOf(file)})`,
      })),
    ),
  );
  return files.length === 0 ? [] : ['Slowest files:', ...files, 'Slowest tests:', ...tests];
};
