import { createPublicKey, generateKeyPairSync, randomUUID, verify } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:https';
import { once } from 'node:events';
import { connect } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { Agent, buildConnector, request } from 'undici';
import { ProviderError } from '@wend/node-sdk';
import type { ProviderRequest, ProviderResponse } from '@wend/node-sdk';
import { googleCertificate, testAuthority } from './google-certificates.js';
import { cutShortOverHttp, edge, refusedOverHttp } from './provider-edges.js';
import type { Behaviour, Remote } from './provider-contract.js';

/** What Google does with a message to one token, instead of taking it. */
export type FcmAnswer =
  | { status: number; body: string | object; headers?: Record<string, string> }
  | 'resets'
  | 'half an answer'
  | 'truncated JSON'
  | 'says nothing';

const keys = generateKeyPairSync('rsa', { modulusLength: 2_048 });
const projectId = 'shop-project';
const clientEmail = 'firebase-adminsdk@shop-project.iam.gserviceaccount.com';

/** The JSON of a service account as the Firebase console gives it out. */
export const serviceAccountJson = JSON.stringify({
  type: 'service_account',
  project_id: projectId,
  private_key_id: 'k1',
  private_key: keys.privateKey.export({ type: 'pkcs8', format: 'pem' }),
  client_email: clientEmail,
  client_id: '1',
  auth_uri: 'https://accounts.google.com/o/oauth2/auth',
  token_uri: 'https://oauth2.googleapis.com/token',
  universe_domain: 'googleapis.com',
});

/** An error of the v1 API (https://firebase.google.com/docs/reference/fcm/rest/v1/ErrorCode). */
export function fcmRefusal({
  http,
  status,
  code,
  message = 'No.',
  field,
  headers = {},
}: {
  http: number;
  status: string;
  code?: string;
  message?: string;
  field?: string;
  headers?: Record<string, string>;
}): FcmAnswer {
  return {
    status: http,
    headers,
    body: {
      error: {
        code: http,
        message,
        status,
        details: [
          ...(code ? [{ '@type': 'type.googleapis.com/google.firebase.fcm.v1.FcmError', errorCode: code }] : []),
          ...(field
            ? [
                {
                  '@type': 'type.googleapis.com/google.rpc.BadRequest',
                  fieldViolations: [{ field, description: 'Invalid value' }],
                },
              ]
            : []),
        ],
      },
    },
  };
}

type Sent = { token?: string; topic?: string; validateOnly: boolean; message: any };

/**
 * Google as the SDK meets it: the OAuth end-point, which verifies the signed JWT, and FCM v1, which verifies the token
 * that came of it and the names of all fields. By TLS, with a certificate of an authority of its own.
 */
export async function fcmEdge() {
  const taken: string[] = [];
  const sent: Sent[] = [];
  const logins: { scope: string; issuer: string }[] = [];
  const answers = new Map<string, FcmAnswer>();
  const tokens = new Set<string>();
  const refusals: string[] = [];
  let login: FcmAnswer | null = null;
  let behaviour: () => Behaviour = () => 'well';
  const refuse = (response: ServerResponse, why: string, status = 400) => {
    refusals.push(why);
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify({ error: { message: why } }));
  };
  const give = (request: IncomingMessage, response: ServerResponse, answer: FcmAnswer) => {
    if (answer === 'resets') return void request.socket.destroy();
    if (answer === 'says nothing') return;
    const ok = JSON.stringify({ name: 'projects/p/messages/0:1' });
    if (answer === 'truncated JSON') return void response.writeHead(200).end(ok.slice(0, 12));
    if (answer === 'half an answer') {
      response.writeHead(200, { 'content-length': ok.length });
      return void response.write(ok.slice(0, 12), () => request.socket.destroy());
    }
    const text = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
    response
      .writeHead(answer.status, {
        'content-type': typeof answer.body === 'string' ? 'text/html' : 'application/json',
        ...answer.headers,
      })
      .end(text);
  };

  const server = createServer({ ...googleCertificate, ALPNProtocols: ['http/1.1'] }, (incoming, response) => {
    const chunks: Buffer[] = [];
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      if (incoming.headers.host === 'oauth2.googleapis.com' && incoming.url === '/token') {
        if (login) return give(incoming, response, login);
        const problem = logIn(new URLSearchParams(body), logins);
        if (problem) return refuse(response, problem);
        const token = randomUUID();
        tokens.add(token);
        return give(incoming, response, {
          status: 200,
          body: { access_token: token, expires_in: 3_599, token_type: 'Bearer' },
        });
      }
      if (incoming.headers.host !== 'fcm.googleapis.com')
        return refuse(response, `wrong host ${incoming.headers.host}`);
      if (incoming.url !== `/v1/projects/${projectId}/messages:send`)
        return refuse(response, `wrong path ${incoming.url}`, 404);
      if (!tokens.has(String(incoming.headers.authorization).replace(/^Bearer /, '')))
        return refuse(response, 'no valid token', 401);
      const { message, validate_only: validateOnly = false } = JSON.parse(body) as {
        message: any;
        validate_only?: boolean;
      };
      const unknown = unknownField(message);
      if (unknown) return refuse(response, `unknown field ${unknown}`);
      if (behaviour() === 'busy')
        return give(incoming, response, fcmRefusal({ http: 503, status: 'UNAVAILABLE', code: 'UNAVAILABLE' }));
      if (refusedOverHttp({ behaviour: behaviour(), response })) return;
      sent.push({ ...(message.token && { token: message.token }), topic: message.topic, validateOnly, message });
      const answer = answers.get(message.token);
      if (answer) return give(incoming, response, answer);
      if (message.data?.wend && !validateOnly) taken.push((JSON.parse(message.data.wend) as { id: string }).id);
      if (behaviour() === 'takesAndResets') return void incoming.socket.destroy();
      if (cutShortOverHttp({ behaviour: behaviour(), response })) return;
      give(incoming, response, {
        status: 200,
        body: { name: `projects/${projectId}/messages/0:${message.token ?? 'topic'}` },
      });
    });
  });
  const remote: Remote = await edge({
    taken,
    serve: (socket, now) => {
      behaviour = now;
      server.emit('connection', socket);
    },
  });
  const port = Number(remote.allow.split(':')[1]);
  let connections = 0;
  const away = (error: unknown) =>
    new ProviderError({ class: 'network', message: (error as Error).message, handedOver: false, away: true });
  const connector = buildConnector({ ca: testAuthority, allowH2: false });
  const client = new Agent({
    connect: (options, callback) =>
      connector(
        { ...options, hostname: '127.0.0.1', host: '127.0.0.1', port: String(port), servername: options.hostname },
        callback,
      ),
  });
  return {
    ...remote,
    /** Messages that came, taken or not. */
    sent,
    logins,
    /** Why something was refused that no real client may send. */
    refusals,
    answer: (token: string, answer: FcmAnswer) => void answers.set(token, answer),
    refuseLogin: (answer: FcmAnswer | null) => void (login = answer),
    connections: () => connections,
    close: async () => {
      await client.destroy();
      await remote.close();
    },
    /** As the safe client calls and connects, but for the port: the SDK knows no other than 443. */
    http: async ({ url, method, headers, body }: ProviderRequest): Promise<ProviderResponse> => {
      const answer = await request(url, {
        dispatcher: client,
        method: method as 'POST',
        headers: headers ?? {},
        body: body ?? null,
      }).catch((error: unknown) => {
        throw away(error);
      });
      return {
        status: answer.statusCode,
        headers: answer.headers as Record<string, string>,
        body: await answer.body.text(),
      };
    },
    connectTls: async ({ host }: { host: string }): Promise<TLSSocket> => {
      connections += 1;
      const socket = connect({ host: '127.0.0.1', port, servername: host, ca: testAuthority });
      try {
        await once(socket, 'secureConnect');
        return socket;
      } catch (error) {
        socket.on('error', () => undefined).destroy();
        throw away(error);
      }
    },
  };
}
export type FcmEdge = Awaited<ReturnType<typeof fcmEdge>>;

/** RFC 7523. Returns what is wrong; the login is written down otherwise. */
function logIn(form: URLSearchParams, logins: { scope: string; issuer: string }[]): string | null {
  if (form.get('grant_type') !== 'urn:ietf:params:oauth:grant-type:jwt-bearer') return 'wrong grant type';
  const [header = '', payload = '', signature = ''] = (form.get('assertion') ?? '').split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, any>;
  if (read(header)['alg'] !== 'RS256') return 'wrong algorithm';
  const valid = verify(
    'RSA-SHA256',
    Buffer.from(`${header}.${payload}`),
    createPublicKey(keys.publicKey.export({ type: 'spki', format: 'pem' })),
    Buffer.from(signature, 'base64url'),
  );
  if (!valid) return 'wrong signature';
  const { iss, aud, scope, exp, iat } = read(payload);
  const now = Date.now() / 1_000;
  if (iss !== clientEmail) return 'wrong issuer';
  if (aud !== 'https://oauth2.googleapis.com/token') return 'wrong audience';
  if (exp < now || iat > now + 60 || exp - iat > 3_600) return 'wrong times';
  if (!String(scope).split(' ').includes('https://www.googleapis.com/auth/firebase.messaging')) return 'wrong scope';
  logins.push({ scope, issuer: iss });
  return null;
}

const any = null;
/** Names of https://firebase.google.com/docs/reference/fcm/rest/v1/projects.messages that may come; `null`: anything. */
const known: Record<string, any> = {
  token: any,
  topic: any,
  data: any,
  notification: { title: any, body: any, image: any },
  android: {
    priority: any,
    ttl: any,
    collapse_key: any,
    notification: {
      title: any,
      body: any,
      image: any,
      channel_id: any,
      sound: any,
      tag: any,
      notification_count: any,
    },
  },
  apns: { headers: any, payload: any, fcmOptions: { image: any }, fcm_options: { image: any } },
  webpush: { headers: any, notification: any, fcmOptions: { link: any }, fcm_options: { link: any } },
};

function unknownField(value: any, fields: any = known, at = 'message'): string | null {
  if (fields === any || value === null || typeof value !== 'object') return null;
  for (const [name, inner] of Object.entries(value)) {
    if (!(name in fields)) return `${at}.${name}`;
    const found = unknownField(inner, fields[name], `${at}.${name}`);
    if (found) return found;
  }
  return null;
}
