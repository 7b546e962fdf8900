import { sign } from 'node:crypto';
import { ProviderError, retryAfterSeconds } from '@wend/node-sdk';
import type { ProviderResponse, ProviderServices } from '@wend/node-sdk';
import type { ServiceAccount } from './service-account.js';

const tokenUrl = 'https://oauth2.googleapis.com/token';
const scope = 'https://www.googleapis.com/auth/firebase.messaging';
const lifetimeSeconds = 3_600;
/** The SDK asks for another token five minutes before the end of one: by then there is another. */
const renewedBeforeMs = 10 * 60_000;

type Token = { text: string; until: number };

/**
 * The login of a service account: a signed JWT is exchanged for a token (RFC 7523), which may send messages and nothing
 * else. It stands in for the SDK's own, which connects past the agent that it is given.
 */
export class GoogleLogin {
  private token: Token | null = null;
  private underWay: Promise<Token> | null = null;

  constructor(
    private readonly account: ServiceAccount,
    private readonly http: ProviderServices['http'],
  ) {}

  /** A token that is good for minutes yet. Throws a `ProviderError`: nothing was handed over. */
  async ready(): Promise<Token> {
    if (this.token && this.token.until - Date.now() > renewedBeforeMs) return this.token;
    this.underWay ??= this.exchange().finally(() => {
      this.underWay = null;
    });
    return this.underWay;
  }

  /** As the SDK asks for it. */
  async getAccessToken(): Promise<{ access_token: string; expires_in: number }> {
    const { text, until } = await this.ready();
    return { access_token: text, expires_in: Math.floor((until - Date.now()) / 1_000) };
  }

  private async exchange(): Promise<Token> {
    const askedAt = Date.now();
    const answer = await this.http({
      method: 'POST',
      url: tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded' },
      body: new URLSearchParams({
        grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
        assertion: this.assertion(askedAt),
      }).toString(),
    }).catch((error: unknown) => {
      if (!(error instanceof ProviderError)) throw error;
      // It is the login that failed: whatever was said, no message was handed over.
      throw new ProviderError(
        { class: error.class, message: `Google’s login: ${error.message}`, handedOver: false, away: true },
        { cause: error },
      );
    });
    const { access_token: text, expires_in: seconds } = parse(answer.body);
    if (answer.status !== 200 || typeof text !== 'string' || typeof seconds !== 'number') throw refused(answer);
    this.token = { text, until: askedAt + seconds * 1_000 };
    return this.token;
  }

  private assertion(now: number): string {
    const issuedAt = Math.floor(now / 1_000);
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ alg: 'RS256', typ: 'JWT' })}.${part({
      iss: this.account.clientEmail,
      scope,
      aud: tokenUrl,
      iat: issuedAt,
      exp: issuedAt + lifetimeSeconds,
    })}`;
    return `${text}.${sign('RSA-SHA256', Buffer.from(text), this.account.privateKey).toString('base64url')}`;
  }
}

function refused({ status, headers, body }: ProviderResponse): ProviderError {
  const { error, error_description: description } = parse(body);
  const said = [error, description].filter((each) => typeof each === 'string').join(': ') || body.slice(0, 200);
  const details = { status, answer: body.slice(0, 4_000), handedOver: false };
  if (status === 429 || status >= 500)
    return new ProviderError({
      ...details,
      class: status === 429 ? 'rateLimited' : 'serverError',
      message: `Google’s login is busy (HTTP ${status}): ${said}`,
      retryAfterSeconds: retryAfterSeconds(headers['retry-after']),
    });
  return new ProviderError({
    ...details,
    class: 'configuration',
    message: `Google refuses the service account (${said}). Create a new key in the Firebase console and enter it here, and check this server’s clock`,
  });
}

function parse(body: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(body);
    return value !== null && typeof value === 'object' ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
