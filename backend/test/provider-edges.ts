import { createServer } from 'node:http';
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import { createServer as createTcpServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { Behaviour, Remote } from './provider-contract.js';

type EdgeOptions = {
  serve: (socket: Socket, behaviour: () => Behaviour) => void;
  taken: string[];
};

/** A port with something behind it that may be away; `serve` is what is behind it. */
export async function edge({ serve, taken }: EdgeOptions): Promise<Remote> {
  let behaviour: Behaviour = 'well';
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
    if (behaviour === 'resets') return void socket.resetAndDestroy();
    if (behaviour !== 'slow') serve(socket, () => behaviour);
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const cut = async (): Promise<void> => {
    const closed = [...sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    sockets.forEach((socket) => socket.resetAndDestroy());
    await Promise.all(closed);
  };
  const close = () => new Promise<void>((resolve) => (server.listening ? server.close(() => resolve()) : resolve()));
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    allow: `127.0.0.1:${port}`,
    taken,
    behave: async (next) => {
      behaviour = next;
      if (next !== 'busy') await cut();
      if (next === 'refuses') await close();
      else if (!server.listening) await listen(port);
    },
    close: async () => {
      await cut();
      await close();
    },
  };
}

type Faulty = { behaviour: Behaviour; response: ServerResponse };

/** A server over HTTP, or something in between, that does not take a message and says so. True when it has answered. */
export function refusedOverHttp({ behaviour, response }: Faulty): boolean {
  const answer = (status: number, body = '', headers = {}): true => {
    response.writeHead(status, headers).end(body);
    return true;
  };
  const inTenSeconds = new Date(Date.now() + 10_000).toUTCString();
  if (behaviour === 'busy') return answer(503);
  if (behaviour === 'limits') return answer(429);
  if (behaviour === 'limitsForSeconds') return answer(429, '', { 'retry-after': '7' });
  if (behaviour === 'limitsUntil') return answer(429, '', { 'retry-after': inTenSeconds });
  if (behaviour === 'fails') return answer(500, '{"message":"Internal Server Error"}');
  if (behaviour === 'badGateway')
    return answer(502, '<html><body><h1>502 Bad Gateway</h1></body></html>', { 'content-type': 'text/html' });
  return false;
}

/** A server over HTTP that has taken a message and does not get its answer out. True when that is so. */
export function cutShortOverHttp({ behaviour, response, status = 200 }: Faulty & { status?: number }): boolean {
  if (behaviour === 'halfAnAnswer') {
    response.writeHead(status, { 'content-length': '500' }).write('{"half":', () => response.destroy());
    return true;
  }
  if (behaviour === 'brokenJson') {
    response.writeHead(status, { 'content-type': 'application/json' }).end('{"half":');
    return true;
  }
  if (behaviour === 'drips') {
    response.writeHead(status, { 'content-length': '500' });
    const drip = setInterval(() => response.write(' '), 50);
    response.on('close', () => clearInterval(drip));
    return true;
  }
  return false;
}

/** A mail server. */
export async function mailServer(): Promise<Remote> {
  const taken: string[] = [];
  let behaviour: () => Behaviour = () => 'well';
  const refused = () =>
    behaviour() === 'busy' ? Object.assign(new Error('Closing down'), { responseCode: 421 }) : null;
  const smtp = new SMTPServer({
    disabledCommands: ['STARTTLS', 'AUTH'],
    disableReverseLookup: true,
    onMailFrom: (_address, _session, done) => done(refused()),
    onData(stream, _session, done) {
      let source = '';
      stream.on('data', (chunk: Buffer) => (source += chunk.toString()));
      stream.on('end', () => {
        taken.push(/^X-Wend-Message: (\S+)/m.exec(source)![1]!);
        if (behaviour() === 'takesAndResets') return void open.forEach((socket) => socket.resetAndDestroy());
        done();
      });
    },
  });
  smtp.on('error', () => undefined);
  const open = new Set<Socket>();
  return edge({
    taken,
    serve: (socket, now) => {
      behaviour = now;
      open.add(socket);
      (smtp.server as Server).emit('connection', socket);
    },
  });
}

/** A receiver of webhooks. */
export function hookReceiver(): Promise<Remote> {
  return httpTaker({ idOf: ({ headers }) => String(headers['idempotency-key']), answer: () => '{}' });
}

type HttpTakerOptions = {
  /** The message in a call; null for a call that brings none. */
  idOf: (call: { headers: IncomingHttpHeaders; url: string; body: string }) => string | null;
  answer: (id: string | null) => string;
};

/** A server that takes messages by HTTP. */
export async function httpTaker({ idOf, answer }: HttpTakerOptions): Promise<Remote> {
  const taken: string[] = [];
  let behaviour: () => Behaviour = () => 'well';
  const http = createServer((request, response) => {
    if (refusedOverHttp({ behaviour: behaviour(), response })) return;
    let body = '';
    request.on('data', (chunk: Buffer) => (body += chunk.toString()));
    request.on('end', () => {
      const id = idOf({ headers: request.headers, url: request.url ?? '', body });
      if (id !== null) taken.push(id);
      if (id !== null && behaviour() === 'takesAndResets') return void request.socket.resetAndDestroy();
      if (id !== null && cutShortOverHttp({ behaviour: behaviour(), response })) return;
      response.end(answer(id));
    });
  });
  return edge({
    taken,
    serve: (socket, now) => {
      behaviour = now;
      http.emit('connection', socket);
    },
  });
}
