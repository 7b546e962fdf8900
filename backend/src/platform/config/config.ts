import { createHmac } from 'node:crypto';
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
const port = z.coerce.number('must be a port number').int().min(0).max(65_535);
const hostAndPort = /^[^\s:]+:\d{1,5}$|^\[[0-9a-fA-F:]+\]:\d{1,5}$/;

const common = z.object({
  DATABASE_URL: z
    .string('is missing: give the address of PostgreSQL, such as postgres://user:password@localhost:5432/wend')
    .regex(/^postgres(ql)?:\/\//, 'must begin with postgres://'),
  WEND_DATABASE_POOL: z.coerce.number('must be a number').int().min(1).max(200).default(10),
  TEMPORAL_ADDRESS: z.string().regex(hostAndPort, 'must look like host:port').default('127.0.0.1:7233'),
  TEMPORAL_NAMESPACE: z.string().min(1).default('wend'),
  WEND_PUBLIC_URL: z
    .url({
      protocol: /^https?$/,
      error: 'must be the http or https address that people open, such as https://wend.example.com',
    })
    .default('http://localhost:3000'),
  WEND_SECRET_KEY: z
    .string('is missing: make one with `openssl rand -hex 32` and keep it, saved secrets cannot be read without it')
    .regex(/^[0-9a-fA-F]{64}$/, 'must be 64 hexadecimal digits (`openssl rand -hex 32`)'),
  WEND_NODE_PACKAGES: list,
  WEND_OUTBOUND_ALLOW: list.refine(
    (items) => items.every((item) => hostAndPort.test(item)),
    'must be a list of host:port',
  ),
  WEND_LOG_LEVEL: z.enum(['silent', 'fatal', 'error', 'warn', 'info', 'debug', 'trace']).default('info'),
  WEND_DEMO: z.enum(['0', '1'], 'must be 1 or 0').default('0'),
});
const api = common.extend({
  WEND_API_PORT: port.default(4000),
  WEND_API_HOST: z.string().min(1).default('0.0.0.0'),
  WEND_TRUSTED_PROXIES: list.refine(
    areAddresses,
    'must be a list of addresses and networks, such as "loopback, 10.0.0.0/8"',
  ),
  WEND_INTERNAL_SECRET: z
    .string()
    .min(16, 'must have at least 16 characters (`openssl rand -hex 32`), the same for api and web')
    .optional(),
  WEND_MACHINE_NETWORKS: z.string().min(1).optional(),
  WEND_SETUP_TOKEN: z.string().min(16, 'must have at least 16 characters (`openssl rand -hex 32`)').optional(),
});
const worker = common.extend({ WEND_WORKER_HEALTH_PORT: port.default(4001) });

/** Settings that every process has; injected by this class. */
export class Config {
  readonly databaseUrl: string;
  readonly databasePool: number;
  readonly temporalAddress: string;
  readonly temporalNamespace: string;
  /** Where people and tracking links go; without a slash at the end. */
  readonly publicUrl: string;
  /** 32 bytes; keys for single purposes are derived from it (see platform/secrets). */
  readonly secretKey: Buffer;
  readonly nodePackages: readonly string[];
  /** `host:port` of private addresses that outbound HTTP may reach. */
  readonly outboundAllow: readonly string[];
  readonly logLevel: z.infer<typeof common>['WEND_LOG_LEVEL'];
  readonly demo: boolean;

  constructor(values: Config) {
    Object.assign(this, values);
  }
}
export type ApiConfig = Config & {
  /** Port 0 takes a free one. */
  readonly port: number;
  readonly host: string;
  /** Proxies whose X-Forwarded-For is believed, as Express' `trust proxy` takes them; none by default. */
  readonly trustedProxies: string[];
  /** What the web process shows, to be believed; null: nobody is. */
  readonly internalSecret: string | null;
  /** A file of networks whose requests for links and pixels are programs', besides those that Wend knows. */
  readonly machineNetworks: string | null;
  /** Who has it becomes the first owner. */
  readonly setupToken: string;
  /** It was not given but made, so that somebody must be told. */
  readonly setupTokenMade: boolean;
};
export type WorkerConfig = Config & { readonly healthPort: number };

/** The environment is wrong; the message lists every problem. Processes print it and end. */
export class ConfigError extends Error {
  constructor(problems: string[]) {
    super(`The configuration is not complete:\n${problems.map((problem) => `  - ${problem}`).join('\n')}`);
    this.name = 'ConfigError';
  }
}

type Environment = Record<string, string | undefined>;

/** The settings of the api process. Throws a `ConfigError` with all problems at once. */
export function apiConfig(environment: Environment = process.env): ApiConfig {
  const values = parse(api, environment);
  const config = new Config(commonOf(values));
  return Object.assign(config, {
    port: values.WEND_API_PORT,
    host: values.WEND_API_HOST,
    trustedProxies: values.WEND_TRUSTED_PROXIES,
    internalSecret: values.WEND_INTERNAL_SECRET ?? null,
    machineNetworks: values.WEND_MACHINE_NETWORKS ?? null,
    // The same in every process of the installation.
    setupToken:
      values.WEND_SETUP_TOKEN ??
      createHmac('sha256', config.secretKey).update('wend:setup-token').digest('base64url').slice(0, 24),
    setupTokenMade: values.WEND_SETUP_TOKEN === undefined,
  });
}

/** The settings of the worker process. Throws a `ConfigError` with all problems at once. */
export function workerConfig(environment: Environment = process.env): WorkerConfig {
  const values = parse(worker, environment);
  return Object.assign(new Config(commonOf(values)), { healthPort: values.WEND_WORKER_HEALTH_PORT });
}

function areAddresses(items: string[]): boolean {
  try {
    proxyAddr.compile(items);
    return true;
  } catch {
    return false;
  }
}

function commonOf(values: z.infer<typeof common>): Config {
  return {
    databaseUrl: values.DATABASE_URL,
    databasePool: values.WEND_DATABASE_POOL,
    temporalAddress: values.TEMPORAL_ADDRESS,
    temporalNamespace: values.TEMPORAL_NAMESPACE,
    publicUrl: values.WEND_PUBLIC_URL.replace(/\/+$/, ''),
    secretKey: Buffer.from(values.WEND_SECRET_KEY, 'hex'),
    nodePackages: values.WEND_NODE_PACKAGES,
    outboundAllow: values.WEND_OUTBOUND_ALLOW,
    logLevel: values.WEND_LOG_LEVEL,
    demo: values.WEND_DEMO === '1',
  };
}

/** An empty variable counts as one that is not set: compose files and shells make them easily. */
function parse<Schema extends z.ZodType>(schema: Schema, environment: Environment): z.infer<Schema> {
  const given = Object.fromEntries(
    Object.entries(environment).filter(([, value]) => value !== undefined && value.trim() !== ''),
  );
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new ConfigError(parsed.error.issues.map((issue) => `${issue.path.join('.')} ${issue.message}`));
}
