import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Call = { path: string; key: string; headers: IncomingHttpHeaders; body: string; answered: boolean };

/**
 * A receiver of webhooks on loopback that writes down every call. `answer` decides what it says; by default 200 at
 * once.
 */
export async function startSink(
  answer: (call: Call, response: ServerResponse) => void = (_, response) => void response.end('{}'),
) {
  const calls: Call[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call: Call = {
        path: request.url ?? '',
        key: String(request.headers['idempotency-key'] ?? ''),
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
        answered: false,
      };
      calls.push(call);
      response.on('finish', () => (call.answered = !response.destroyed));
      answer(call, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    calls,
    port,
    url: `http://127.0.0.1:${port}`,
    allow: `127.0.0.1:${port}`,
    of: (path: string) => calls.filter((call) => call.path.startsWith(path)),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
