import { createHash, createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { Behaviour, Remote } from './provider-contract.js';
import { cutShortOverHttp, edge, refusedOverHttp } from './provider-edges.js';

export type Heard = { method: string; path: string; headers: IncomingHttpHeaders; body: string };
type Answer = { status: number; headers?: Record<string, string>; body: string };
/** An API that sends mails. `answers` are given first, each once; `heard` is every call that was let in. */
export type MailApiRemote = Remote & { heard: Heard[]; answers: Answer[] };

type Api = {
  /** Why the caller is not let in; null when it is. */
  refusal: (call: Heard) => Answer | null;
  /** The id of the message in a call that sends one. */
  messageIn: (call: Heard) => string;
  answer: (call: Heard) => Answer;
};

async function mailApi({ refusal, messageIn, answer }: Api): Promise<MailApiRemote> {
  const taken: string[] = [];
  const heard: Heard[] = [];
  const answers: Answer[] = [];
  let behaviour: () => Behaviour = () => 'well';
  const http = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const call = {
        method: request.method!,
        path: request.url!,
        headers: request.headers,
        body: Buffer.concat(chunks).toString(),
      };
      const give = ({ status, headers = {}, body }: Answer) =>
        void response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(body);
      if (behaviour() === 'busy') return give({ status: 503, body: '<html>Service Unavailable</html>' });
      if (refusedOverHttp({ behaviour: behaviour(), response })) return;
      const refused = refusal(call);
      if (refused) return give(refused);
      heard.push(call);
      const next = answers.shift();
      if (next) return give(next);
      if (call.method === 'POST') taken.push(messageIn(call));
      if (behaviour() === 'takesAndResets') return void request.socket.resetAndDestroy();
      if (cutShortOverHttp({ behaviour: behaviour(), response })) return;
      give(answer(call));
    });
  });
  const remote = await edge({
    taken,
    serve: (socket, now) => {
      behaviour = now;
      http.emit('connection', socket);
    },
  });
  return Object.assign(remote, { heard, answers });
}

const hmac = (key: string | Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

/** Signature Version 4, computed anew from what arrived. https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html */
function sigV4Problem({ method, path, headers, body }: Heard, secret: string): string | null {
  const given =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([^,]+), Signature=([0-9a-f]{64})$/.exec(
      headers.authorization ?? '',
    );
  if (!given) return 'IncompleteSignatureException';
  const [, keyId, date, region, service, signedHeaders, signature] = given as unknown as string[];
  const at = String(headers['x-amz-date']);
  if (keyId !== 'AKIAIOSFODNN7EXAMPLE') return 'UnrecognizedClientException';
  if (service !== 'ses' || region !== 'eu-west-1' || !at.startsWith(date!)) return 'InvalidSignatureException';
  const sentAt = Date.parse(at.replace(/^(....)(..)(..)T(..)(..)(..)Z$/, '$1-$2-$3T$4:$5:$6Z'));
  if (!(Math.abs(Date.now() - sentAt) < 5 * 60_000)) return 'InvalidSignatureException';
  if (!signedHeaders!.split(';').includes('host')) return 'InvalidSignatureException';
  const canonical = [
    method,
    path,
    '',
    ...signedHeaders!.split(';').map((name) => `${name}:${String(headers[name]).trim()}`),
    '',
    signedHeaders,
    sha256(body),
  ].join('\n');
  const text = ['AWS4-HMAC-SHA256', at, `${date}/${region}/${service}/aws4_request`, sha256(canonical)].join('\n');
  const key = [date!, region!, service!, 'aws4_request'].reduce<string | Buffer>(hmac, `AWS4${secret}`);
  return hmac(key, text).toString('hex') === signature ? null : 'InvalidSignatureException';
}

export const sesSecret = 'wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY';

/** The mail in a call of SES v2 `SendEmail`. */
export function rawMailIn({ body }: Heard): Buffer {
  return Buffer.from((JSON.parse(body) as { Content: { Raw: { Data: string } } }).Content.Raw.Data, 'base64');
}

/** Amazon SES v2. */
export function sesApi(): Promise<MailApiRemote> {
  return mailApi({
    refusal(call) {
      const problem = sigV4Problem(call, sesSecret);
      return problem === null
        ? null
        : { status: 403, headers: { 'x-amzn-errortype': problem }, body: JSON.stringify({ message: problem }) };
    },
    messageIn: (call) => /^X-Wend-Message: (\S+)/m.exec(rawMailIn(call).toString())![1]!,
    answer: ({ path }) =>
      path === '/v2/email/account'
        ? {
            status: 200,
            body: JSON.stringify({
              SendQuota: { Max24HourSend: 50_000, SentLast24Hours: 1_200, MaxSendRate: 14 },
              SendingEnabled: true,
              ProductionAccessEnabled: true,
            }),
          }
        : { status: 200, body: JSON.stringify({ MessageId: '0100018f-ses-000000' }) },
  });
}

const bearer = (call: Heard, key: string) => call.headers.authorization === `Bearer ${key}`;

/** Resend: a key that comes again is answered as before, and with other bytes refused. */
export function resendApi(): Promise<MailApiRemote> {
  const known = new Map<string, { body: string; id: string }>();
  return mailApi({
    refusal: (call) =>
      bearer(call, 're_test')
        ? null
        : { status: 400, body: '{"statusCode":400,"name":"invalid_api_key","message":"API key is invalid"}' },
    messageIn: ({ body }) => (JSON.parse(body) as { tags: { value: string }[] }).tags[0]!.value,
    answer({ method, headers, body }) {
      if (method === 'GET')
        return { status: 200, body: JSON.stringify({ data: [{ name: 'example.com', status: 'verified' }] }) };
      const key = String(headers['idempotency-key']);
      const before = known.get(key);
      if (before && before.body !== body)
        return {
          status: 409,
          body: '{"statusCode":409,"name":"invalid_idempotent_request","message":"Same idempotency key used with a different request payload."}',
        };
      const id = before?.id ?? `resend-${known.size + 1}`;
      known.set(key, { body, id });
      return { status: 200, body: JSON.stringify({ id }) };
    },
  });
}

/** Twilio SendGrid v3. */
export function sendgridApi(): Promise<MailApiRemote> {
  return mailApi({
    refusal: (call) =>
      bearer(call, 'SG.test')
        ? null
        : {
            status: 401,
            body: '{"errors":[{"message":"The provided authorization grant is invalid, expired, or revoked","field":null,"help":null}]}',
          },
    messageIn: ({ body }) =>
      (JSON.parse(body) as { personalizations: { custom_args: { wend_message: string } }[] }).personalizations[0]!
        .custom_args.wend_message,
    answer: ({ method }) =>
      method === 'GET'
        ? { status: 200, body: '{"scopes":["mail.send"]}' }
        : { status: 202, headers: { 'x-message-id': 'sendgrid-1' }, body: '' },
  });
}

/** A web server with files, which counts how often each was asked for. */
export async function fileServer(
  files: Record<string, { status?: number; type?: string; bytes?: Buffer; location?: string }>,
): Promise<{ url: string; allow: string; asked: string[]; close: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url!);
    const { status = 200, type, bytes, location } = files[request.url!.replace(/\?.*$/, '')] ?? { status: 404 };
    response.writeHead(status, { ...(type && { 'content-type': type }), ...(location && { location }) }).end(bytes);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  return {
    url: `http://127.0.0.1:${port}`,
    allow: `127.0.0.1:${port}`,
    asked,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
