export { RunsPanel } from './runs-panel';
export { openRun, openRuns } from './run-url';
