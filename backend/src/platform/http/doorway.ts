import { timingSafeEqual } from 'node:crypto';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import type { ApiConfig } from '../config/index.js';

/** By this header the web process proves that what it says of the caller's address is true. */
const proof = 'x-wend-door';

/**
 * Makes `request.ip` the address of whoever called: what is said in `X-Forwarded-For` counts when the web process says
 * it, or a trusted proxy. A stranger at the api's own port is whom the connection comes from, whatever the headers say.
 */
export function believeOnlyTheDoor(app: NestExpressApplication, { internalSecret, trustedProxies }: ApiConfig): void {
  app.set('trust proxy', trustedProxies);
  const { get } = app.getHttpAdapter().getInstance() as {
    get: (name: string) => (address: string, hop: number) => boolean;
  };
  const trusted = get.call(app.getHttpAdapter().getInstance(), 'trust proxy fn');
  // Hop 0 is who connected: what it may say was decided before.
  app.set('trust proxy', (address: string, hop: number) => hop === 0 || trusted(address, hop));
  app.use(dropUnproven({ internalSecret, trusted: (address) => trusted(address, 0) }));
}

type DropUnprovenOptions = {
  internalSecret: string | null;
  trusted: (address: string) => boolean;
};

function dropUnproven({ internalSecret, trusted }: DropUnprovenOptions): RequestHandler {
  return (request: Request, _: Response, next: NextFunction) => {
    const { headers } = request;
    const door = internalSecret !== null && isSame(String(headers[proof] ?? ''), internalSecret);
    delete headers[proof];
    if (!door && !trusted(request.socket.remoteAddress ?? '')) {
      delete headers['x-forwarded-for'];
      delete headers['x-forwarded-proto'];
    }
    next();
  };
}

/** In constant time. */
export function isSame(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}

/** Whom to count a caller as: the IPv4 address, or the network of 64 bits that one subscriber of IPv6 has. */
export function addressOf(request: Pick<Request, 'ip'>): string {
  const ip = (request.ip ?? 'unknown').replace(/^::ffff:(?=\d+\.)/i, '');
  if (!ip.includes(':')) return ip;
  const [head = '', tail] = ip.split('%')[0]!.split('::');
  const before = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const groups =
    tail === undefined
      ? before
      : [...before, ...Array.from({ length: 8 - before.length - after.length }, () => '0'), ...after];
  return `${groups
    .slice(0, 4)
    .map((group) => group.toLowerCase().replace(/^0+(?=.)/, ''))
    .join(':')}::/64`;
}
