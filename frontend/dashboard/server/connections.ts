import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { subscriberOf } from './subscriber.js';

export type ConnectionLimits = { perAddress: number; inAll: number };

type LimitConnectionsOptions = {
  server: Server;
  trusted: (address: string) => boolean;
  limits: ConnectionLimits;
};

/**
 * Bounds the connections of one address (of IPv6, of one subscriber's network): the oldest that has no whole request
 * under way makes room, so that whoever opens too many loses their own first. Trusted proxies stand for many and are
 * not bounded.
 */
export function limitConnections({ server, trusted, limits }: LimitConnectionsOptions): void {
  const byAddress = new Map<string, Set<Socket>>();
  const latest = new WeakMap<Socket, { request: IncomingMessage; response: ServerResponse }>();
  const isWorking = (socket: Socket): boolean => {
    const exchange = latest.get(socket);
    return exchange !== undefined && exchange.request.complete && !exchange.response.closed;
  };
  server.maxConnections = limits.inAll;
  server.on('connection', (socket: Socket) => {
    const address = socket.remoteAddress ?? '';
    if (trusted(address)) return;
    const subscriber = subscriberOf(address);
    const open = byAddress.get(subscriber) ?? new Set<Socket>();
    byAddress.set(subscriber, open.add(socket));
    socket.once('close', () => {
      open.delete(socket);
      if (open.size === 0 && byAddress.get(subscriber) === open) byAddress.delete(subscriber);
    });
    if (open.size <= limits.perAddress) return;
    const idle = [...open].find((each) => !isWorking(each));
    (idle ?? socket).destroy();
  });
  server.prependListener('request', (request, response) => void latest.set(request.socket, { request, response }));
}
