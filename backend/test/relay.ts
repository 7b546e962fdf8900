import { createServer } from 'node:http';
import type { ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/**
 * How a relay behaves: `well`; `down` (503 before it looks at anything), `locked` (401), `busy` (429), `no` (400),
 * `loses` (takes the message and cuts the line before it answers).
 */
export type RelayMood = 'well' | 'down' | 'locked' | 'busy' | 'no' | 'loses';
type Call = { key: string; token: string; to: string; devices: string[]; at: number };

/** A provider's server that drops repeats of a key, as it says, and counts what it has taken. */
export async function startRelay() {
  let mood: RelayMood | (() => RelayMood) = 'well';
  let retryAfter = '2';
  const calls: Call[] = [];
  const taken = new Map<string, number>();
  let gone: string[] = [];
  const answer = (response: ServerResponse, status: number, body: string, headers: Record<string, string> = {}) =>
    void response.writeHead(status, headers).end(body);
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { key, to, devices } = JSON.parse(Buffer.concat(chunks).toString()) as Call;
      calls.push({ key, to, devices, token: request.headers.authorization ?? '', at: performance.now() });
      const now = typeof mood === 'function' ? mood() : mood;
      if (now === 'down') return answer(response, 503, 'down');
      if (now === 'locked') return answer(response, 401, 'who are you');
      if (now === 'no') return answer(response, 400, 'not this one');
      if (now === 'busy') return answer(response, 429, 'slow down', { 'retry-after': retryAfter });
      if (!request.url?.includes('forgetful') && taken.has(key)) return answer(response, 200, `id-${key}`);
      taken.set(key, (taken.get(key) ?? 0) + 1);
      if (now === 'loses') return void request.socket.destroy();
      answer(response, 200, JSON.stringify({ id: `id-${key}`, gone: devices.filter((each) => gone.includes(each)) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    allow: `127.0.0.1:${port}`,
    url: `http://127.0.0.1:${port}`,
    calls,
    /** How often each key was taken. */
    taken,
    feel: (next: RelayMood | (() => RelayMood)) => void (mood = next),
    askToWait: (seconds: number) => void (retryAfter = String(seconds)),
    forget: (tokens: string[]) => void (gone = tokens),
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
export type Relay = Awaited<ReturnType<typeof startRelay>>;
