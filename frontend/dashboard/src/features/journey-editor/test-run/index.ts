export { TestRun } from './test-run';
export { TestRunBar } from './test-run-bar';
