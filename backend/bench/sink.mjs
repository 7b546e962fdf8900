/** Where all messages go: a web server that answers 200 and remembers when what came. */
import { createServer } from 'node:http';

const answer = (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('{"balance":1}');

export class Sink {
  #arrivals = new Map();
  #count = 0;
  #hanging = new Set();
  #holds = true;

  /** @param {number} port */
  static async listen(port) {
    const sink = new Sink();
    sink.port = port;
    sink.server = createServer((request, response) => {
      const chunks = [];
      request.on('data', (chunk) => chunks.push(chunk));
      request.on('end', () => {
        if (request.url === '/hang') return sink.#hang(response);
        const { person } = JSON.parse(Buffer.concat(chunks).toString('utf8'));
        sink.#count += 1;
        if (!sink.#arrivals.has(person)) sink.#arrivals.set(person, performance.now());
        response.writeHead(200, { 'content-type': 'text/plain' }).end('ok');
      });
    });
    sink.server.keepAliveTimeout = 60_000;
    await new Promise((resolve, reject) => sink.server.once('error', reject).listen(port, '127.0.0.1', resolve));
    return sink;
  }

  #hang(response) {
    if (!this.#holds) return answer(response);
    this.#hanging.add(response);
    response.on('close', () => this.#hanging.delete(response));
  }

  /** Who calls this gets no answer while the sink holds, which it does from the beginning. */
  get hangUrl() {
    return `http://127.0.0.1:${this.port}/hang`;
  }

  /** Calls without an answer. */
  get hanging() {
    return this.#hanging.size;
  }

  hold() {
    this.#holds = true;
  }

  /** Answers all, and whoever calls from now on at once. */
  release() {
    this.#holds = false;
    for (const response of this.#hanging) answer(response);
  }

  /** Messages so far. */
  get count() {
    return this.#count;
  }

  /** When the first message of a person came, on the clock of `performance.now()`. @param {string} person */
  arrivalOf(person) {
    return this.#arrivals.get(person);
  }

  close() {
    this.server.closeAllConnections();
    this.server.close();
  }
}
