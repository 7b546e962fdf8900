import { X509Certificate, verify } from 'node:crypto';
import { FeedbackRefused, feedbackJson } from '@wend/node-sdk';
import type { FeedbackRequest, ProviderServices } from '@wend/node-sdk';
import { LRUCache } from 'lru-cache';

/** What Amazon SNS posts. https://docs.aws.amazon.com/sns/latest/dg/sns-message-and-json-formats.html */
export type SnsNotice = {
  Type: 'Notification' | 'SubscriptionConfirmation' | 'UnsubscribeConfirmation';
  MessageId: string;
  TopicArn: string;
  Timestamp: string;
  Message: string;
  Subject?: string;
  SubscribeURL?: string;
  Token?: string;
};

/** SNS gives up on a notice after at most an hour. */
const oldestMs = 2 * 3_600_000;
const certificateMs = 24 * 3_600_000;
/** Every address that SNS is told by, or calls back to: nothing else is ever fetched because of a notice. */
const snsHost = /^sns\.[a-z0-9-]{2,40}\.amazonaws\.com(?:\.cn)?$/;

/** Reads notices of Amazon SNS, and verifies that SNS signed them. */
export class SnsNotices {
  private readonly certificates = new LRUCache<string, X509Certificate>({ max: 50, ttl: certificateMs });

  constructor(private readonly http: ProviderServices['http']) {}

  /** Throws `FeedbackRefused`, and a `ProviderError` when the certificate cannot be fetched. */
  async read({ body }: Pick<FeedbackRequest, 'body'>, topicArn: string): Promise<SnsNotice> {
    if (topicArn === '')
      throw new FeedbackRefused('This connection has no topic yet: enter the ARN of the topic that SES publishes to.');
    const notice = parsed(body);
    // Anybody with an AWS account can have SNS sign something: only this topic speaks of this connection.
    if (notice.TopicArn !== topicArn) throw new FeedbackRefused('The notice is of another topic.');
    const certificate = await this.certificate(notice.SigningCertURL);
    const signature = Buffer.from(notice.Signature, 'base64');
    const algorithm = notice.SignatureVersion === '2' ? 'sha256' : 'sha1';
    if (!verify(algorithm, Buffer.from(signedText(notice)), certificate.publicKey, signature))
      throw new FeedbackRefused('The signature does not fit.');
    const age = Date.now() - Date.parse(notice.Timestamp);
    if (!(age < oldestMs && age > -oldestMs)) throw new FeedbackRefused('The notice is too old.');
    return notice;
  }

  /** Tells SNS that its notices are wanted. Throws a `ProviderError`. */
  async confirm({ SubscribeURL = '' }: SnsNotice): Promise<void> {
    const { status } = await this.http({ method: 'GET', url: ofSns(SubscribeURL, 'SubscribeURL') });
    if (status !== 200) throw new Error(`Amazon SNS did not take the confirmation: HTTP ${status}.`);
  }

  private async certificate(url: string): Promise<X509Certificate> {
    const address = ofSns(url, 'SigningCertURL');
    if (!/^\/SimpleNotificationService-[A-Za-z0-9]+\.pem$/.test(new URL(address).pathname))
      throw new FeedbackRefused('The certificate is not one of Amazon SNS.');
    let certificate = this.certificates.get(address);
    if (!certificate) {
      const { status, body } = await this.http({ method: 'GET', url: address });
      if (status !== 200) throw new Error(`The certificate of Amazon SNS could not be fetched: HTTP ${status}.`);
      certificate = new X509Certificate(body);
      this.certificates.set(address, certificate);
    }
    const now = Date.now();
    if (now < Date.parse(certificate.validFrom) || now > Date.parse(certificate.validTo))
      throw new FeedbackRefused('The certificate is not valid at this time.');
    return certificate;
  }
}

type SignedNotice = SnsNotice & { Signature: string; SignatureVersion: string; SigningCertURL: string };

function parsed(body: Buffer): SignedNotice {
  const notice = (feedbackJson({ body }) ?? {}) as Partial<SignedNotice>;
  const texts = [notice.Type, notice.MessageId, notice.TopicArn, notice.Timestamp, notice.Message];
  const proof = [notice.Signature, notice.SignatureVersion, notice.SigningCertURL];
  if ([...texts, ...proof].some((text) => typeof text !== 'string'))
    throw new FeedbackRefused(
      'This is no notice of Amazon SNS. Turn raw message delivery off: raw notices are not signed.',
    );
  return notice as SignedNotice;
}

/** https://docs.aws.amazon.com/sns/latest/dg/sns-verify-signature-of-message.html */
function signedText(notice: SignedNotice): string {
  const names =
    notice.Type === 'Notification'
      ? (['Message', 'MessageId', 'Subject', 'Timestamp', 'TopicArn', 'Type'] as const)
      : (['Message', 'MessageId', 'SubscribeURL', 'Timestamp', 'Token', 'TopicArn', 'Type'] as const);
  return names.flatMap((name) => (notice[name] === undefined ? [] : [`${name}\n${notice[name]}\n`])).join('');
}

function ofSns(text: string, what: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || url.port !== '' || url.username !== '' || !snsHost.test(url.hostname))
    throw new FeedbackRefused(`The ${what} does not lead to Amazon SNS.`);
  return url.href;
}
