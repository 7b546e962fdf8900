import proxyAddr from 'proxy-addr';
import { z } from 'zod';

const list = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  );
const schema = z.object({
  WEND_WEB_PORT: z.coerce.number('must be a port number').int().min(0).max(65_535).default(3000),
  WEND_WEB_HOST: z.string().min(1).default('0.0.0.0'),
  WEND_API_URL: z
    .url({ protocol: /^https?$/, message: 'must be the address of the api, such as http://127.0.0.1:4000' })
    .default('http://127.0.0.1:4000'),
  WEND_INTERNAL_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters (`openssl rand -hex 32`), the same for api and web')
    .optional(),
  WEND_TRUSTED_PROXIES: list.refine(
    readable,
    'must be a list of addresses and networks, such as "loopback, 10.0.0.0/8"',
  ),
});

export type DoorConfig = {
  port: number;
  host: string;
  /** Where the api listens: seen by the web server, never by browsers. */
  apiUrl: URL;
  /**
   * Proves to the api that what is said of the caller's address comes from here. Null: the api then counts all visitors
   * as one.
   */
  secret: string | null;
  /** Whether `X-Forwarded-For` of this neighbour is believed. */
  trusted: (address: string) => boolean;
};

/** The web process's settings. All problems at once. */
export function doorConfig(environment: Record<string, string | undefined> = process.env): DoorConfig {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (!parsed.success)
    throw new Error(
      `The configuration is not complete:\n${parsed.error.issues.map((issue) => `  - ${issue.path.join('.')} ${issue.message}`).join('\n')}`,
    );
  const {
    WEND_WEB_PORT: port,
    WEND_WEB_HOST: host,
    WEND_API_URL,
    WEND_INTERNAL_SECRET,
    WEND_TRUSTED_PROXIES,
  } = parsed.data;
  const trusts = proxyAddr.compile(WEND_TRUSTED_PROXIES);
  return {
    port,
    host,
    apiUrl: new URL(WEND_API_URL),
    secret: WEND_INTERNAL_SECRET ?? null,
    trusted: (address) => trusts(address, 0),
  };
}

function readable(items: string[]): boolean {
  try {
    proxyAddr.compile(items);
    return true;
  } catch {
    return false;
  }
}
