import { parentPort, workerData } from 'node:worker_threads';
import type { Json } from '@wend/contract';
import { evaluateTemplate, renderTemplate } from './liquid.js';
import { mailDocument } from './mail-document.js';
import { renderLimits } from './render-job.js';
import type { RenderProblem, RenderResult, ThreadAnswer, ThreadJob } from './render-job.js';

/** Runs in a worker thread of the renderer, which may kill it at any moment. */
function render(job: ThreadJob): RenderResult {
  const values: Record<string, string> = {};
  const kept: Record<string, Json> = {};
  const keepTypes = new Set(job.keepTypes);
  const errors: RenderProblem[] = [];
  const noted: RenderProblem[] = [];
  let slow = false;
  for (const [path, template] of Object.entries(job.templates)) {
    const result = keepTypes.has(path) ? evaluateTemplate(template, job) : renderTemplate(template, job);
    if (result.ok) {
      if (result.kept === undefined) values[path] = result.value;
      else kept[path] = result.kept;
      noted.push(...result.warnings.map((message) => ({ path, message })));
    } else if ('aborted' in result) return { kind: 'aborted', reason: result.aborted };
    else {
      errors.push({ path, message: result.message });
      slow ||= result.slow;
    }
  }
  if (errors.length > 0) return { kind: 'errors', errors, slow };
  if (!job.mail) return { kind: 'values', values, kept, warnings: noted };
  const { mail, warnings } = mailDocument({
    body: values['body'] ?? '',
    preheader: (values['preheader'] ?? '').trim(),
    unsubscribeUrl: job.variables.unsubscribe_url ?? '#',
    preferencesUrl: job.variables.preferences_url,
    language: job.language,
  });
  return { kind: 'values', values, mail, warnings: [...noted, ...warnings] };
}

const port = parentPort;
if (!port) throw new Error('This file runs in a worker thread only.');
/** Which of the jobs it is at: whoever kills the thread must know whose fault that was. */
const place = new Int32Array(workerData as SharedArrayBuffer);
port.on('message', (jobs: ThreadJob[]) => {
  const answer: ThreadAnswer = [];
  for (const [index, job] of jobs.entries()) {
    Atomics.store(place, 0, index);
    const began = performance.now();
    const result = tried(job);
    answer.push({ result, ms: performance.now() - began });
  }
  port.postMessage(answer);
});

function tried(job: ThreadJob): RenderResult {
  try {
    return render(job);
  } catch (error) {
    return { kind: 'errors', errors: [{ path: '', message: error instanceof Error ? error.message : String(error) }] };
  }
}
// The first rendering of a thread is ten times slower than the rest: it must not count against anybody's time.
render({
  templates: {
    body: { source: '<p>{{ profile.name | default: "x" }} <a href="https://example.com">x</a></p>', escape: 'html' },
  },
  variables: { profile: {}, entry: {}, event: {}, run: {}, now: '' },
  mail: true,
  renderMs: renderLimits.renderMs,
});
port.postMessage('ready');
