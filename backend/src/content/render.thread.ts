import { parentPort } from 'node:worker_threads';
import { renderTemplate } from './liquid.js';
import { mailDocument } from './mail-document.js';
import type { RenderJob, RenderProblem, RenderResult } from './render-job.js';

/** Runs in a worker thread of the renderer, which may kill it at any moment. */
function render(job: RenderJob): RenderResult {
  const values: Record<string, string> = {};
  const errors: RenderProblem[] = [];
  for (const [path, template] of Object.entries(job.templates)) {
    const result = renderTemplate(template, job.variables);
    if (result.ok) values[path] = result.value;
    else if ('aborted' in result) return { kind: 'aborted', reason: result.aborted };
    else errors.push({ path, message: result.message });
  }
  if (errors.length > 0) return { kind: 'errors', errors };
  if (!job.mail) return { kind: 'values', values, warnings: [] };
  const { mail, warnings } = mailDocument({ body: values['body'] ?? '', preheader: (values['preheader'] ?? '').trim(), unsubscribeUrl: job.variables.unsubscribe_url ?? '#' });
  return { kind: 'values', values, mail, warnings };
}

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only.');
port.on('message', (job: RenderJob) => {
  try {
    port.postMessage(render(job));
  } catch (error) {
    port.postMessage({ kind: 'errors', errors: [{ path: '', message: error instanceof Error ? error.message : String(error) }] } satisfies RenderResult);
  }
});
port.postMessage('ready');
