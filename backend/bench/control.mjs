/** How the bench tells its workers what to do: one POST a command, answered when it is done. */
import { createServer } from 'node:http';

/**
 * @param {{ port: number, commands: Record<string, (argument: any) => Promise<unknown> | unknown> }} options
 * @returns {Promise<() => Promise<void>>} closes it
 */
export const serveCommands = ({ port, commands }) => {
  const server = createServer((request, response) => {
    const chunks = [];
    request.on('data', (chunk) => chunks.push(chunk));
    request.on('end', async () => {
      try {
        const command = commands[request.url.slice(1)];
        if (!command) throw new Error(`There is no command ${request.url}.`);
        const argument = chunks.length > 0 ? JSON.parse(Buffer.concat(chunks).toString('utf8')) : undefined;
        response.end(JSON.stringify((await command(argument)) ?? null));
      } catch (error) {
        response.writeHead(500).end(JSON.stringify(String(error.stack ?? error)));
      }
    });
  });
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(() => new Promise((done) => server.close(done))));
  });
};

/** @param {{ port: number }} target @returns {(name: string, argument?: unknown) => Promise<any>} */
export const commander =
  ({ port }) =>
  async (name, argument) => {
    const response = await fetch(`http://127.0.0.1:${port}/${name}`, {
      method: 'POST',
      ...(argument === undefined ? {} : { body: JSON.stringify(argument) }),
    });
    const answer = await response.json();
    if (!response.ok) throw new Error(`${name}: ${answer}`);
    return answer;
  };
