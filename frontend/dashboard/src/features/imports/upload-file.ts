import { api } from '@wend/contract/plain';
import type { ImportSummary, Problem } from '@wend/contract';
import { ApiProblem, call, routeUrl } from '@/lib/api-client';

/** One request: short enough for any proxy, and little is sent again when it is cut. */
const sliceBytes = 4 * 1024 * 1024;
const tries = 5;
const pauseMs = 1_000;

type UploadOptions = {
  file: File;
  /** What is there already; a new import when there is none. */
  begun?: Pick<ImportSummary, 'id' | 'received'>;
  onProgress: (share: number) => void;
  signal: AbortSignal;
};

/**
 * Sends a file slice by slice. A slice that is cut is sent again from where the server has it, some times; what was sent
 * stays there either way. Resolves with the import once all has arrived.
 */
export async function uploadFile({ file, begun, onProgress, signal }: UploadOptions): Promise<ImportSummary> {
  const made = begun ?? (await call(api.createImport, { body: { fileName: file.name, bytes: file.size }, signal }));
  const { id } = made;
  let { received } = made;
  for (let failures = 0; ;) {
    onProgress(received / file.size);
    try {
      const arrived = await send({ id, offset: received, body: file.slice(received, received + sliceBytes), signal });
      if (arrived.state !== 'uploading') return arrived;
      received = arrived.received;
      failures = 0;
    } catch (error) {
      failures += 1;
      if (signal.aborted || failures >= tries || !mayPass(error)) throw error;
      await new Promise((resolve) => setTimeout(resolve, pauseMs * failures));
      const there = await call(api.import, { params: { id }, signal }).catch(() => null);
      if (there && there.state !== 'uploading') return there;
      received = there?.received ?? received;
    }
  }
}

/** The network, a server that starts again, or a slice that had arrived after all. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiProblem && (error.status === 0 || error.status >= 500 || error.code === 'wrong-offset');
}

async function send({
  id,
  offset,
  body,
  signal,
}: {
  id: string;
  offset: number;
  body: Blob;
  signal: AbortSignal;
}): Promise<ImportSummary> {
  const { method, path } = api.uploadImport;
  let response: Response;
  try {
    response = await fetch(routeUrl(path, { params: { id }, query: { offset } }), {
      method,
      headers: { accept: 'application/json', 'content-type': 'application/octet-stream' },
      credentials: 'same-origin',
      body,
      signal,
    });
  } catch (error) {
    if (signal.aborted) throw error;
    throw new ApiProblem({ title: 'No answer', status: 0, code: 'unreachable' });
  }
  const answer: unknown = await response.json().catch(() => null);
  if (response.ok) return answer as ImportSummary;
  throw new ApiProblem({
    title: 'The request failed',
    code: 'unknown',
    ...(answer as Partial<Problem> | null),
    status: response.status,
  });
}
