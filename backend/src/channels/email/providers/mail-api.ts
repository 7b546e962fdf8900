import { ProviderError } from '@wend/node-sdk';
import type { OpenConnection, ProviderResponse, ProviderServices, SendRequest } from '@wend/node-sdk';
import PQueue from 'p-queue';
import type { Mail } from '../mime/mime.js';

/** Mails with larger files are sent a few at a time: each is several times its size in memory while it is sent. */
const largeBytes = 256_000;
const largeAtOnce = 4;

export type ApiRequest = { method: string; url: string; headers: Record<string, string>; body?: string };

type CallOptions = Pick<SendRequest, 'signal' | 'handingOver'> & {
  mail: Mail;
  /** Makes the request; called when its turn has come. */
  request: () => ApiRequest | Promise<ApiRequest>;
};

/** Sends mails to an HTTP API. */
export class MailApi {
  private readonly large = new PQueue({ concurrency: largeAtOnce });

  constructor(private readonly http: ProviderServices['http']) {}

  /** Any answer. Throws a `ProviderError` where there is none, and what `handingOver` throws. */
  async post({ mail, request, signal, handingOver }: CallOptions): Promise<ProviderResponse> {
    const call = async (): Promise<ProviderResponse> => {
      const made = await request();
      // The client connects and sends in one: one who was not there is told by `away`.
      await handingOver();
      return this.http({ ...made, signal });
    };
    const bytes = [...mail.images, ...mail.attachments].reduce((sum, file) => sum + file.bytes.length, 0);
    if (bytes <= largeBytes) return call();
    return this.large.add(() => {
      if (!signal.aborted) return call();
      throw new ProviderError({
        class: 'timeout',
        message: 'Other large emails took so long that this one could not be sent in time.',
        handedOver: false,
      });
    });
  }
}

/**
 * Where a provider is: always `usual`. No form has a setting `endpoint`, and none is taken from a request; what runs beside
 * a stand-in for the provider puts it there.
 */
export function endpointOf({ settings }: Pick<OpenConnection, 'settings'>, usual: string): string {
  const { endpoint } = settings;
  return typeof endpoint === 'string' ? endpoint : usual;
}

/** The JSON of an answer; an empty object where it is none, such as an error page of something in between. */
export function jsonOf(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
