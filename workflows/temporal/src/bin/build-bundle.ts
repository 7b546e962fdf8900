import { loadWorkflowBundle } from '../worker.js';

/** Makes the workflow bundle while an image is built; a place that cannot be written fails the build. */
await loadWorkflowBundle({
  onUnkept: (error) => {
    throw error;
  },
});
