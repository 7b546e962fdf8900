import { createECDH, createPublicKey, randomBytes, verify } from 'node:crypto';
import type { ECDH } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { createRequire } from 'node:module';
import type { AddressInfo, Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** Mozilla's decryption: another one than Wend encrypts with. */
const { decrypt } = createRequire(import.meta.url)('http_ece') as {
  decrypt: (body: Buffer, options: { version: string; privateKey: ECDH; authSecret: Buffer }) => Buffer;
};

/** What a browser gives the page that subscribed, as `PushSubscription.toJSON()` has it. */
export type Subscription = { endpoint: string; expirationTime: null; keys: { p256dh: string; auth: string } };

/** A message that was taken (201), with what the browser would have read of it. */
export type ReceivedPush = {
  endpoint: string;
  /** Decrypted; null for a message without a body. */
  payload: string | null;
  ttl: number;
  urgency: string | null;
  topic: string | null;
  headers: IncomingMessage['headers'];
  vapid: { token: string; publicKey: string; claims: Record<string, unknown> };
};

/** What is answered instead of taking the message; `resets` and `takesAndResets` cut the connection, `silent` waits. */
export type PushAnswer =
  { status: number; headers?: Record<string, string>; body?: string } | 'resets' | 'takesAndResets' | 'silent';

type Browser = { ecdh: ECDH; authSecret: Buffer; applicationServerKey: string | null };

/**
 * A push service as RFC 8030 has it, with the checks that real ones make: VAPID (RFC 8292: signature, audience, time,
 * contact, the key that was subscribed with), TTL, Topic, size. It plays the browser as well, which decrypts (RFC 8291).
 */
export class PushService {
  readonly received: ReceivedPush[] = [];
  /** Told of each message that is taken, before it is answered. */
  onReceived: (push: ReceivedPush) => void = () => undefined;
  /** Every request, also those that were refused. */
  requests = 0;
  private readonly browsers = new Map<string, Browser>();
  private readonly answers = new Map<string, PushAnswer>();
  private general: PushAnswer | null = null;
  /** Answers in its place what was taken; true when it has. */
  answersTaken: (response: ServerResponse) => boolean = () => false;

  /** Its origin, once it is known. */
  url = '';

  /**
   * A browser that has just subscribed. With `applicationServerKey` (base64url) messages must be signed with that key, as
   * browsers have it; without it any key will do.
   */
  endpoint({ applicationServerKey = null }: { applicationServerKey?: string | null } = {}): Subscription {
    const ecdh = createECDH('prime256v1');
    const p256dh = ecdh.generateKeys('base64url');
    const authSecret = randomBytes(16);
    const path = `/push/${randomBytes(24).toString('base64url')}`;
    this.browsers.set(path, { ecdh, authSecret, applicationServerKey });
    return {
      endpoint: this.url + path,
      expirationTime: null,
      keys: { p256dh, auth: authSecret.toString('base64url') },
    };
  }

  /** How it answers from now on, to one end-point or all; `well` is as it should. */
  behave(answer: PushAnswer | 'well', { endpoint }: { endpoint?: string } = {}): void {
    const given = answer === 'well' ? null : answer;
    if (endpoint === undefined) this.general = given;
    else if (given === null) this.answers.delete(new URL(endpoint).pathname);
    else this.answers.set(new URL(endpoint).pathname, given);
  }

  readonly listener: RequestListener = (request, response) => {
    const chunks: Buffer[] = [];
    request
      .on('data', (chunk: Buffer) => chunks.push(chunk))
      .on('end', () => {
        this.requests += 1;
        const path = request.url ?? '';
        const answer = this.answers.get(path) ?? this.general;
        if (answer === 'resets') return void cut(request.socket);
        if (answer === 'silent') return;
        if (answer && answer !== 'takesAndResets')
          return void response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
        const refused = this.take(request, Buffer.concat(chunks));
        if (refused) return void response.writeHead(refused.status).end(refused.because);
        if (answer === 'takesAndResets') return void cut(request.socket);
        if (this.answersTaken(response)) return;
        response.writeHead(201, { location: `${this.url}/message/${this.received.length}` }).end();
      });
  };

  private take(request: IncomingMessage, body: Buffer): { status: number; because: string } | null {
    const path = request.url ?? '';
    const browser = this.browsers.get(path);
    const header = (name: string) => (request.headers[name] as string | undefined) ?? null;
    if (request.method !== 'POST') return { status: 405, because: 'POST only' };
    if (!browser) return { status: 404, because: 'no such subscription' };
    const vapid = checkVapid(header('authorization'), this.url);
    if ('because' in vapid) return { status: 403, because: vapid.because };
    if (browser.applicationServerKey !== null && browser.applicationServerKey !== vapid.publicKey)
      return { status: 403, because: 'the key is not the one that was subscribed with' };
    if (!/^\d{1,10}$/.test(header('ttl') ?? '')) return { status: 400, because: 'TTL is missing or no number' };
    if (!['very-low', 'low', 'normal', 'high', null].includes(header('urgency')))
      return { status: 400, because: 'Urgency is none' };
    if (!/^[A-Za-z0-9_-]{1,32}$/.test(header('topic') ?? 'none')) return { status: 400, because: 'Topic is none' };
    if (body.length > 4_096) return { status: 413, because: 'more than 4096 bytes' };
    let payload: string | null = null;
    if (body.length > 0) {
      if (header('content-encoding') !== 'aes128gcm') return { status: 400, because: 'no aes128gcm' };
      try {
        payload = decrypt(body, {
          version: 'aes128gcm',
          privateKey: browser.ecdh,
          authSecret: browser.authSecret,
        }).toString('utf8');
      } catch (error) {
        // A real one could not tell; a test must.
        return { status: 500, because: `the browser cannot decrypt it: ${(error as Error).message}` };
      }
    }
    const push: ReceivedPush = {
      endpoint: this.url + path,
      payload,
      ttl: Number(header('ttl')),
      urgency: header('urgency'),
      topic: header('topic'),
      headers: request.headers,
      vapid,
    };
    this.received.push(push);
    this.onReceived(push);
    return null;
  }
}

/** Listens on 127.0.0.1; `allow` is what `WEND_OUTBOUND_ALLOW` needs to reach it. */
export async function pushService({ port = 0 }: { port?: number } = {}): Promise<
  Pick<PushService, 'received' | 'url'> & {
    allow: string;
    endpoint: PushService['endpoint'];
    behave: PushService['behave'];
    requests: () => number;
    close: () => Promise<void>;
  }
> {
  const service = new PushService();
  const server = createServer(service.listener);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, '127.0.0.1', resolve));
  const allow = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  service.url = `http://${allow}`;
  return {
    url: service.url,
    allow,
    received: service.received,
    requests: () => service.requests,
    endpoint: (options) => service.endpoint(options),
    behave: (answer, options) => service.behave(answer, options),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        sockets.forEach((socket) => socket.destroy());
      }),
  };
}

/** What speaks TLS cannot be reset. */
function cut(socket: Socket): void {
  if (socket instanceof TLSSocket) socket.destroy();
  else socket.resetAndDestroy();
}

type Vapid = ReceivedPush['vapid'];

function checkVapid(authorization: string | null, origin: string): Vapid | { because: string } {
  const [, token = '', publicKey = ''] =
    /^vapid t=([\w-]+\.[\w-]+\.[\w-]+), ?k=([\w-]+)$/.exec(authorization ?? '') ?? [];
  const [head = '', body = '', signature = ''] = token.split('.');
  const point = Buffer.from(publicKey, 'base64url');
  if (token === '' || point.length !== 65 || point[0] !== 4) return { because: 'Authorization is not vapid t=…, k=…' };
  const header = JSON.parse(Buffer.from(head, 'base64url').toString()) as Record<string, unknown>;
  if (header['alg'] !== 'ES256') return { because: 'the algorithm is not ES256' };
  const key = createPublicKey({
    format: 'jwk',
    key: {
      kty: 'EC',
      crv: 'P-256',
      x: point.subarray(1, 33).toString('base64url'),
      y: point.subarray(33).toString('base64url'),
    },
  });
  const signed = Buffer.from(`${head}.${body}`);
  if (!verify('sha256', signed, { key, dsaEncoding: 'ieee-p1363' }, Buffer.from(signature, 'base64url')))
    return { because: 'the signature is wrong' };
  const claims = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  const now = Date.now() / 1_000;
  const { aud, exp, sub } = claims;
  if (aud !== origin) return { because: `aud is ${JSON.stringify(aud)}, not ${origin}` };
  if (typeof exp !== 'number' || exp <= now || exp > now + 24 * 3_600) return { because: 'exp is not within 24 hours' };
  if (typeof sub !== 'string' || !/^(mailto:|https:)/.test(sub)) return { because: 'sub is no contact' };
  return { token, publicKey, claims };
}
