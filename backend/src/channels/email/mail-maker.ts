import { createHash } from 'node:crypto';
import { ProviderError } from '@wend/node-sdk';
import type { ProviderServices, SendRequest } from '@wend/node-sdk';
import type { EmailContent } from './email.channel.js';
import { readMailbox } from './mime/header.js';
import type { Mail, MailFile } from './mime/mime.js';
import { RemoteFiles, mostFileBytes } from './remote-files.js';

/** The header by which what comes back (bounces, callbacks) names its message. */
export const messageHeader = 'X-Wend-Message';

type MakeRequest = Pick<SendRequest<EmailContent>, 'message' | 'content' | 'recipient' | 'signal'>;

/** Makes of a message what every provider of email sends: its headers, and the files that go with it. */
export class MailMaker {
  private readonly files: RemoteFiles;

  constructor(services: Pick<ProviderServices, 'http'>) {
    this.files = new RemoteFiles(services.http);
  }

  /** Throws a `ProviderError`: an address that is none, a file that cannot be had. */
  async make({ message, content, recipient, signal }: MakeRequest): Promise<Mail> {
    const from = readMailbox(content.from);
    if (!from) throw refused('configuration', 'The sender isn’t an email address.');
    if (recipient === null || readMailbox(recipient)?.address === undefined || /[<>\s]/.test(recipient))
      throw refused('badAddress', 'This isn’t a single email address.');
    const { html, images } = await this.withImages(content, signal);
    const attachments = await this.attachments(content, signal);
    const bytes = [...images, ...attachments].reduce((sum, file) => sum + file.bytes.length, 0);
    if (bytes > mostFileBytes)
      throw refused(
        'rejected',
        `The files of this email have ${megabytes(bytes)} MB together; at most ${megabytes(mostFileBytes)} MB can be sent.`,
      );
    return {
      id: message.id,
      date: new Date(),
      from,
      to: readMailbox(recipient)!.address,
      replyTo: content.replyTo ? readMailbox(content.replyTo) : null,
      subject: content.subject,
      html,
      text: content.text,
      headers: { [messageHeader]: message.id, ...unsubscribeHeaders(content.unsubscribeUrl) },
      images,
      attachments,
    };
  }

  private async attachments({ attachments = [] }: EmailContent, signal: AbortSignal): Promise<MailFile[]> {
    return Promise.all(
      attachments.map(async ({ url, name }) => ({
        name: name || nameIn(url),
        ...(await this.files.fetch(url, signal)),
      })),
    );
  }

  /**
   * Images that the HTML holds as `data:` become parts of the mail: Gmail and Outlook show no others. Those at web addresses
   * do where the step asks for it.
   */
  private async withImages(
    { html, embedImages = false }: EmailContent,
    signal: AbortSignal,
  ): Promise<{ html: string; images: MailFile[] }> {
    const images = new Map<string, MailFile>();
    const keep = ({ type, bytes }: { type: string; bytes: Buffer }): string => {
      const id = createHash('sha256').update(bytes).digest('hex').slice(0, 20);
      const cid = `${id}@wend`;
      images.set(cid, { name: `image-${images.size + 1}.${type.replace(/^image\/|\+.*$/g, '')}`, type, bytes, cid });
      return cid;
    };
    let changed = html.replace(dataImage, (whole: string, quote: string, type: string, data: string) => {
      const bytes = Buffer.from(data, 'base64');
      return bytes.length === 0 ? whole : `src=${quote}cid:${keep({ type: type.toLowerCase(), bytes })}${quote}`;
    });
    if (!embedImages) return { html: changed, images: [...images.values()] };
    const urls = [...new Set([...changed.matchAll(imageTag)].flatMap(([tag]) => webImage(tag) ?? []))];
    const cids = new Map(
      (await Promise.all(urls.map(async (url) => ({ url, file: await this.files.fetch(url, signal) })))).map(
        ({ url, file }) => [url, keep(file)],
      ),
    );
    changed = changed.replace(imageTag, (tag) => {
      const cid = cids.get(webImage(tag) ?? '');
      return cid === undefined ? tag : tag.replace(webSource, (_, before: string) => `${before}src="cid:${cid}"`);
    });
    return { html: changed, images: [...images.values()] };
  }
}

const dataImage = /\bsrc\s*=\s*(["'])data:(image\/[a-z0-9.+-]{1,40});base64,([A-Za-z0-9+/=\s]*)\1/gi;
const imageTag = /<img\b[^>]*>/gi;
const webSource = /(\s)src\s*=\s*(["'])(https?:\/\/[^"']*)\2/i;

/** The address of an image; not of a pixel, which is there to be fetched. */
function webImage(tag: string): string | null {
  if (/\swidth\s*=\s*["']?1["'\s]/i.test(tag)) return null;
  return webSource.exec(tag)?.[3]?.replaceAll('&amp;', '&') ?? null;
}

/** RFC 8058. One click needs https; without it, mail clients are at least told where the page is. None for mails of Wend’s own. */
function unsubscribeHeaders(url: string): Record<string, string> {
  if (url === '') return {};
  return {
    'List-Unsubscribe': `<${url}>`,
    ...(url.startsWith('https:') && { 'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click' }),
  };
}

/** What a file is called where nobody said: as in its address. */
function nameIn(url: string): string {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  let name = last;
  try {
    name = decodeURIComponent(last);
  } catch {
    // Not encoded as UTF-8: it stays as it is written.
  }
  return name.replace(/[\p{Cc}/\\]/gu, '_').slice(0, 100) || 'attachment';
}

function megabytes(bytes: number): string {
  return (bytes / 1_000_000).toFixed(1).replace(/\.0$/, '');
}

function refused(kind: 'configuration' | 'badAddress' | 'rejected', message: string): ProviderError {
  return new ProviderError({ class: kind, message, handedOver: false });
}
