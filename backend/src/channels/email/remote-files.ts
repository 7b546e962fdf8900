import { isProviderError } from '../provider.js';
import { ProviderError } from '@wend/node-sdk';
import type { ProviderServices } from '@wend/node-sdk';
import { LRUCache } from 'lru-cache';

export type RemoteFile = { type: string; bytes: Buffer };

/** All files of one mail together, before they are encoded. */
export const mostFileBytes = 10_000_000;
const cacheBytes = 64_000_000;
const keptMs = 5 * 60_000;
/** So that a mailing to many asks a server that is away once in a while, not once for each. */
const failureKeptMs = 10_000;
const mostRedirects = 3;

/**
 * Files that mails take along, fetched when a mail is made. One address is fetched once for all mails of some minutes:
 * who sends 10,000 mails does not fetch 10,000 times.
 */
export class RemoteFiles {
  private readonly files = new LRUCache<string, RemoteFile>({
    maxSize: cacheBytes,
    sizeCalculation: ({ bytes }) => bytes.length + 1_000,
    ttl: keptMs,
  });
  private readonly failures = new LRUCache<string, ProviderError>({ max: 1_000, ttl: failureKeptMs });
  private readonly underWay = new Map<string, Promise<RemoteFile>>();

  constructor(private readonly http: ProviderServices['http']) {}

  /**
   * Throws a `ProviderError` that says which file and why. Nothing of the mail has been handed over then, and it says
   * nothing about the mail server: others go on.
   */
  async fetch(url: string, signal: AbortSignal): Promise<RemoteFile> {
    const known = this.files.get(url);
    if (known) return known;
    const failure = this.failures.get(url);
    if (failure) throw failure;
    let fetching = this.underWay.get(url);
    if (!fetching) {
      // Not by the signal of one mail: others wait for the same file. The client has a limit of its own.
      fetching = this.load(url).finally(() => this.underWay.delete(url));
      this.underWay.set(url, fetching);
    }
    return within(fetching, { signal, url });
  }

  private async load(url: string): Promise<RemoteFile> {
    try {
      const file = await this.follow(url);
      this.files.set(url, file);
      return file;
    } catch (error) {
      const failure = failureOf(url, error);
      this.failures.set(url, failure);
      throw failure;
    }
  }

  private async follow(url: string): Promise<RemoteFile> {
    let at = url;
    for (let hop = 0; hop <= mostRedirects; hop += 1) {
      const { status, headers, bytes } = await this.http({ method: 'GET', url: at, mostBytes: mostFileBytes });
      if (status >= 200 && status < 300 && bytes) return { type: mediaType(headers['content-type']), bytes };
      const next = headers['location'];
      if (status < 300 || status >= 400 || next === undefined || !URL.canParse(next, at))
        throw new ProviderError({
          class: status >= 500 || status === 429 || status === 408 ? 'serverError' : 'rejected',
          message: `HTTP ${status}`,
          handedOver: false,
        });
      at = new URL(next, at).href;
    }
    throw new ProviderError({ class: 'rejected', message: 'too many redirects', handedOver: false });
  }
}

async function within(fetching: Promise<RemoteFile>, { signal, url }: { signal: AbortSignal; url: string }) {
  let late: () => void = () => undefined;
  const end = new Promise<never>((_, reject) => {
    late = () =>
      reject(
        new ProviderError({
          class: 'timeout',
          message: `The file ${shown(url)} could not be fetched in time.`,
          handedOver: false,
        }),
      );
    if (signal.aborted) late();
    signal.addEventListener('abort', late);
  });
  return Promise.race([fetching, end]).finally(() => signal.removeEventListener('abort', late));
}

function failureOf(url: string, error: unknown): ProviderError {
  if (!isProviderError(error)) throw error;
  return new ProviderError(
    {
      class: error.class === 'configuration' ? 'rejected' : error.class,
      message: `The file ${shown(url)} could not be fetched: ${error.message}`,
      handedOver: false,
      retryAfterSeconds: error.retryAfterSeconds,
    },
    { cause: error },
  );
}

/** Without its query, which may hold a signature. */
function shown(url: string): string {
  return url.replace(/[?#].*$/s, '').slice(0, 200);
}

/** Only of simple kinds: a file that says it is `multipart/…` or `message/…` would be read as parts of the mail. */
function mediaType(header: string | undefined): string {
  const type = /^\s*([a-z]+\/[a-z0-9][a-z0-9.+-]{0,100})\s*(?:;|$)/i.exec(header ?? '')?.[1]?.toLowerCase();
  return type === undefined || /^(?:multipart|message)\//.test(type) ? 'application/octet-stream' : type;
}
