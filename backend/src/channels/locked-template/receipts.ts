import { createHash, createHmac, timingSafeEqual } from 'node:crypto';
import type { TemplateReceipts } from '@wend/contract';
import { FeedbackRefused } from '@wend/node-sdk';
import type { FeedbackEvent, FeedbackRequest, OpenConnection } from '@wend/node-sdk';
import { atPath, parsed, textAtPath } from './answer-path.js';

type Secrets = Pick<OpenConnection, 'secrets' | 'oldSecrets'>;

/** What a provider's call tells, once it is known to be the provider's. Throws `FeedbackRefused`. */
export function readReceipts(
  receipts: TemplateReceipts,
  { request, secrets }: { request: FeedbackRequest; secrets: Secrets },
): FeedbackEvent[] {
  verify(receipts, { request, secrets });
  const found = atPath(bodyOf(request), receipts.eventsPath);
  const list = Array.isArray(found) ? found : found === undefined ? [] : [found];
  // All of them: a call is no larger than 1 MB, and what is left out of it is told by nobody again.
  return list.flatMap((item) => eventOf(receipts, item));
}

function eventOf(receipts: TemplateReceipts, item: unknown): FeedbackEvent[] {
  const status = textAtPath(item, receipts.statusPath);
  const kind = receipts.statuses.find(({ equals }) => status !== null && equals.includes(status))?.kind;
  if (!kind) return [];
  const text = (path: string | undefined) => textAtPath(item, path) ?? undefined;
  const event: Record<string, string | undefined> = {
    messageId: text(receipts.messageIdPath),
    providerId: text(receipts.idPath),
    recipient: text(receipts.recipientPath),
    to: text(receipts.toPath),
    text: text(receipts.textPath),
    id: text(receipts.eventIdPath),
    detail: text(receipts.detailPath),
  };
  const said = Object.fromEntries(Object.entries(event).filter(([, value]) => value !== undefined));
  return [{ kind, ...said } as FeedbackEvent];
}

function bodyOf({ headers, body, url }: FeedbackRequest): unknown {
  const text = body.toString('utf8');
  if (headers['content-type']?.startsWith('application/x-www-form-urlencoded'))
    return Object.fromEntries(new URLSearchParams(text));
  // Some providers call with everything in the address.
  return text.trim() === '' ? Object.fromEntries(new URL(url).searchParams) : parsed(text);
}

function verify(
  { verification }: TemplateReceipts,
  { request, secrets }: { request: FeedbackRequest; secrets: Secrets },
): void {
  const valid = [secrets.secrets[verification.secret], secrets.oldSecrets?.[verification.secret]].filter(
    (secret): secret is string => secret !== undefined && secret !== '',
  );
  if (valid.length === 0)
    throw new FeedbackRefused(`Receipts cannot be checked: the connection has no secret “${verification.secret}”.`);
  if (!valid.some((secret) => fits(verification, { request, secret })))
    throw new FeedbackRefused('This call is not signed as the template says.');
}

function fits(
  verification: TemplateReceipts['verification'],
  { request, secret }: { request: FeedbackRequest; secret: string },
): boolean {
  if (verification.kind === 'hmac') {
    const given = request.headers[verification.header.toLowerCase()] ?? '';
    const digest = createHmac(verification.algorithm, secret).update(request.body).digest(verification.encoding);
    return same(given, `${verification.prefix}${digest}`);
  }
  if (verification.kind === 'basic')
    return same(
      request.headers['authorization'] ?? '',
      `Basic ${Buffer.from(`${verification.user}:${secret}`).toString('base64')}`,
    );
  const given =
    verification.in === 'header'
      ? request.headers[verification.name.toLowerCase()]
      : new URL(request.url).searchParams.get(verification.name);
  return same(given ?? '', secret);
}

/** In a time that does not tell where they differ. */
function same(given: string, expected: string): boolean {
  const hash = (text: string) => createHash('sha256').update(text).digest();
  return timingSafeEqual(hash(given), hash(expected));
}
