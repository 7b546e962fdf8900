import { fileURLToPath } from 'node:url';
import next from 'next';
import { doorConfig } from './config.js';
import { createDoor } from './door.js';
import { readScripts } from './scripts.js';

const drainMs = 4_000;

async function main(): Promise<void> {
  const { port, host, ...doorway } = doorConfig();
  const pages = (next as unknown as typeof next.default)({
    dir: fileURLToPath(new URL('../../', import.meta.url)),
    dev: false,
    hostname: host,
    port,
  });
  await pages.prepare();
  const server = createDoor({ ...doorway, pages: pages.getRequestHandler(), scripts: await readScripts() });
  server.once('error', fail);
  // Node's 511 are full, and others are turned away, when somebody opens more than that in one moment.
  server.listen({ port, host, backlog: 4_096 }, () => console.log(`The dashboard listens on ${host}:${port}.`));
  for (const signal of ['SIGTERM', 'SIGINT']) {
    process.on(signal, () => {
      server.close(() => process.exit(0));
      server.closeIdleConnections();
      setTimeout(() => process.exit(0), drainMs).unref();
    });
  }
}

function fail(error: unknown): never {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
  process.exit(1);
}

main().catch(fail);
