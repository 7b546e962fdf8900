import { AsyncLocalStorage } from 'node:async_hooks';
import type { ClientRequest, IncomingMessage } from 'node:http';
import { Agent } from 'node:https';
import type { RequestOptions } from 'node:https';
import { setImmediate } from 'node:timers/promises';
import type { TLSSocket } from 'node:tls';
import type { ProviderServices } from '@wend/node-sdk';

/** Where the SDK sends messages: a constant in it. */
const fcmHost = 'fcm.googleapis.com';
const connectMs = 10_000;
const keptIdle = 64;
const idleMs = 45_000;
/** Longer than any answer that can say something. */
const keptCharacters = 16_000;

/** What went out to one token, and what came back; `answer` is null where nothing did, or not all of it. */
export type Exchange = { answer: { status: number; retryAfter: string | undefined; body: string } | null };

/** Connections that were made for one message, and what went over them. */
export class Lease {
  /** By token. One that is not here: nothing of it went out. */
  readonly exchanges = new Map<string, Exchange>();
  private readonly used: TLSSocket[] = [];

  constructor(readonly sockets: TLSSocket[]) {}

  /** A connection that is still open; undefined when all have been taken. */
  take(): TLSSocket | undefined {
    for (let socket = this.sockets.pop(); socket; socket = this.sockets.pop()) {
      if (!isOpen(socket)) continue;
      this.used.push(socket);
      return socket;
    }
    return undefined;
  }

  /** Ends whatever is still under way. */
  cut(): void {
    for (const socket of [...this.sockets, ...this.used]) socket.destroy();
  }
}

/**
 * The agent of one Firebase app. The SDK brings its own HTTP, and with it two habits that cannot be allowed here: it
 * connects only once it sends, so that a message would count as handed over to a server that never answered; and it
 * repeats by itself, up to four times, what may have been taken already. So the connections of a message are made before
 * (`lease`), and each serves one request: what the SDK would repeat finds none left and fails at once, without being
 * sent. Beside that it sees the answers as they came, of which the SDK tells only a part.
 */
export class FcmAgent extends Agent {
  private readonly idle: TLSSocket[] = [];
  private readonly leases = new AsyncLocalStorage<Lease>();
  private closed = false;

  constructor(private readonly connect: ProviderServices['connectTls']) {
    super({ keepAlive: true });
  }

  /** As many connections as it will send requests. Throws a `ProviderError`; none is kept then. */
  async lease(count: number): Promise<Lease> {
    const sockets = await this.takeIdle(count);
    const made = await Promise.allSettled(Array.from({ length: count - sockets.length }, () => this.open(fcmHost)));
    for (const each of made) if (each.status === 'fulfilled') sockets.push(each.value);
    const failed = made.find((each) => each.status === 'rejected');
    if (!failed) return new Lease(sockets);
    for (const socket of sockets) this.keep(socket);
    throw failed.reason;
  }

  /** Gives back what was not used. */
  release(lease: Lease): void {
    for (const socket of lease.sockets.splice(0)) this.keep(socket);
  }

  /** Requests that are made within `work` go over the connections of `lease`. */
  within<Result>(lease: Lease, work: () => Promise<Result>): Promise<Result> {
    return this.leases.run(lease, work);
  }

  /** Called by Node for each request. */
  addRequest(request: ClientRequest, options: RequestOptions): void {
    const lease = this.leases.getStore();
    if (!lease) {
      this.open(String(options.host ?? options.hostname), Number(options.port) || 443).then(
        (socket) => request.onSocket(socket),
        (error: Error) => fail(request, error),
      );
      return;
    }
    const socket = lease.take();
    if (socket) watch(request, lease);
    process.nextTick(() =>
      socket ? request.onSocket(socket) : fail(request, new Error('No connection is left for this message.')),
    );
  }

  override destroy(): void {
    this.closed = true;
    for (const socket of this.idle.splice(0)) socket.destroy();
    super.destroy();
  }

  private async takeIdle(count: number): Promise<TLSSocket[]> {
    const taken = this.idle.splice(-count);
    if (taken.length === 0) return taken;
    // What the other side has closed meanwhile is heard of in the next turn of the event loop: a message that is written
    // to such a connection could have arrived, as far as we know.
    await setImmediate();
    for (const socket of taken) socket.setTimeout(0).ref();
    return taken.filter(isOpen);
  }

  private async open(host: string, port = 443): Promise<TLSSocket> {
    const socket = await this.connect({ host, port, timeoutMs: connectMs });
    // Whoever uses it hears of it as well; while nobody does, it is none.
    socket.on('error', () => undefined);
    socket.on('free', () => (host === fcmHost ? this.keep(socket) : socket.destroy()));
    socket.on('close', () => {
      const place = this.idle.indexOf(socket);
      if (place >= 0) this.idle.splice(place, 1);
    });
    return socket;
  }

  private keep(socket: TLSSocket): void {
    if (this.closed || !isOpen(socket) || this.idle.length >= keptIdle) return void socket.destroy();
    socket.removeAllListeners('timeout');
    socket.setTimeout(idleMs, () => socket.destroy());
    socket.unref();
    this.idle.push(socket);
  }
}

function isOpen(socket: TLSSocket): boolean {
  return !socket.destroyed && socket.writable && socket.readable;
}

/** Before it has a connection it says so only if told to. */
function fail(request: ClientRequest, error: Error): void {
  request.destroy();
  request.emit('error', error);
}

/** Writes down to whom a request goes, and the answer as it comes. */
function watch(request: ClientRequest, lease: Lease): void {
  let exchange: Exchange | undefined;
  const end = request.end.bind(request) as (...given: unknown[]) => ClientRequest;
  request.end = ((...given: unknown[]) => {
    exchange = { answer: null };
    lease.exchanges.set(tokenOf(given[0]), exchange);
    return end(...given);
  }) as typeof request.end;
  request.prependOnceListener('response', (response: IncomingMessage) => {
    const chunks: Buffer[] = [];
    const retryAfter = response.headers['retry-after'];
    // The SDK would wait for so long before it finds that it cannot send again.
    delete response.headers['retry-after'];
    response.on('data', (chunk: Buffer) => chunks.push(chunk));
    response.once('end', () => {
      if (exchange)
        exchange.answer = {
          status: response.statusCode ?? 0,
          retryAfter,
          body: Buffer.concat(chunks).toString('utf8').slice(0, keptCharacters),
        };
    });
    // The SDK would wait for the rest without end.
    response.once('close', () => {
      if (!response.complete) request.emit('error', new Error('The connection was closed amid the answer.'));
    });
  });
}

function tokenOf(body: unknown): string {
  const { message } = JSON.parse(String(body)) as { message: { token?: string } };
  return message.token ?? '';
}
