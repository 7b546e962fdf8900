import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { Json, JsonObject, ProviderForm, TemplateDefinition } from '@wend/contract';
import { z } from 'zod';
import type { Feedback, FeedbackRequest } from './feedback.js';

/** A connection with its secrets opened; lives in memory only while a message is sent. */
export type OpenConnection<Settings = Record<string, unknown>> = {
  id: string;
  workspaceId: string;
  /** The provider's name. */
  kind: string;
  settings: Settings;
  secrets: Record<string, string>;
  /** The secrets before the last rotation, while both are valid; null otherwise. */
  oldSecrets: Record<string, string> | null;
  /** Where the provider calls back: `feedback` gets what arrives there. */
  feedbackUrl: string;
  /** Another one each time it is saved. */
  revision: string;
};

/** One of a person's devices that a message goes to. */
export type Device = {
  id: string;
  kind: string;
  token: string;
  permission: string;
  /** `ios`, `android`, `web`; null where nobody said. */
  platform: string | null;
  /** What its kind needs beside the token, such as the keys of a web push subscription. */
  data: JsonObject;
};

/** `gone`: it does not exist any more and is removed. `refused`: not taken, for good; it stays. */
export type DeviceResult = { id: string; status: 'sent' | 'gone' | 'refused'; providerId?: string; detail?: string };

export type SendRequest<Content = object> = {
  message: { id: string; workspaceId: string; channel: string };
  content: Content;
  /** The person's address; of a channel that reaches devices the first one's token; null where it has none (a webhook). */
  recipient: string | null;
  /** Every device that has not taken it yet; empty where the channel does not reach devices. */
  devices: readonly Device[];
  /** The same for every attempt of a message. */
  idempotencyKey: string;
  connection: OpenConnection | null;
  /** Where sends wait for each other, transactional ones go first and those of many people last. */
  priority?: 'transactional' | 'single' | 'bulk';
  /** Patience is at its end: its time begins anew when `handingOver` has resolved. */
  signal: AbortSignal;
  /**
   * To be awaited once, right before the message's own bytes leave: after the wait for a place, after connecting and
   * logging in. It marks the message `sending`; what fails before is tried again whatever the provider promises. Throws
   * `Withdrawn`.
   */
  handingOver: () => Promise<void>;
};

/** `sent`: taken, more may be heard of it. `delivered`: it has arrived. `detail` is shown beside the state. */
export type SendResult = {
  status: 'sent' | 'delivered';
  providerId?: string;
  detail?: string;
  /** What the provider answered, as the message's page shows it: no secrets, at most 4,000 characters of it are kept. */
  answer?: string;
  /** What a step that asked for it gives to later steps. */
  response?: Json;
  /** What became of each device. When none has taken it, throw a `ProviderError` with them instead. */
  devices?: readonly DeviceResult[];
};

export type ProviderRequest = {
  method: string;
  url: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  signal?: AbortSignal;
  /**
   * Awaited once the connection stands, right before the first byte leaves: the place for `handingOver`. What it throws
   * comes through, and nothing is sent.
   */
  beforeSending?: () => Promise<void>;
  /** Asks for the answer's `bytes`, at most so many: a longer answer is an error of class `rejected`. */
  mostBytes?: number;
};
/** `body` is the first 64 KB as text; `bytes` are there where they were asked for. */
export type ProviderResponse = { status: number; headers: Record<string, string>; body: string; bytes?: Buffer };

/** The ways out that a provider has: all reach only addresses that may be reached. */
export type ProviderServices = {
  /** Any status is an answer; no answer throws a `ProviderError`. */
  http: (request: ProviderRequest) => Promise<ProviderResponse>;
  /** A plain TCP connection to a mail server. */
  connect: (to: { host: string; port: number; timeoutMs: number }) => Promise<Socket>;
  /**
   * A TLS connection to an HTTPS server, its certificate verified: for libraries that bring their own HTTP, by an agent
   * that connects with this. Throws a `ProviderError` with `away`.
   */
  connectTls: (to: { host: string; port: number; timeoutMs: number }) => Promise<TLSSocket>;
  /** A template of the workspace as it is now; null when there is none. */
  template: (which: {
    workspaceId: string;
    id: string;
  }) => Promise<{ id: string; channel: string; name: string; definition: TemplateDefinition } | null>;
};

/** A provider at work, one for all its connections in a process. Throws `ProviderError`. */
export type ProviderCode<Content = object> = {
  /**
   * Who takes this message: messages for others do not wait behind a receiver that is slow or away. Without it they
   * share what their channel has.
   */
  receiverOf?: (
    request: Pick<SendRequest<Content>, 'content' | 'connection'> & { devices?: readonly Device[] },
  ) => string | null;
  send: (request: SendRequest<Content>) => Promise<SendResult>;
  /** Tries the settings without sending; says how that went. */
  test?: (connection: OpenConnection) => Promise<string>;
  /**
   * What a call to `feedbackUrl` tells. Verifies its signature over the raw body first; throws `FeedbackRefused`. The same
   * may come twice, early and out of order: that is not its business.
   */
  feedback?: (request: FeedbackRequest, connection: OpenConnection) => Promise<Feedback> | Feedback;
  close?: () => void | Promise<void>;
};

export type ProviderOptions<Content, Schema extends z.ZodObject> = {
  channel: string;
  /** Stored with messages and connections: never changes. */
  name: string;
  /** As Settings calls it: `Email through SMTP`. */
  title: string;
  description: string;
  /** Whether the same key twice means one delivery: such sends may be tried again when the answer was lost. */
  idempotent: boolean;
  /** For so many seconds it drops repeats of a key; a day when left out. Later nobody knows what a repeat would do. */
  keySeconds?: number;
  /**
   * What it can send: what a step says itself (`content`), and kinds of templates that a step may choose. Only `content`
   * when left out.
   */
  sends?: readonly string[];
  /** What is entered under Settings, each field with `.meta()` of `SettingMeta`. Without it nothing is to be set up. */
  settings?: Schema;
  /** What a saved connection is called, such as its server. */
  nameOf?: (settings: z.output<Schema>) => string;
  /** The secrets that these settings need; all but the optional ones when left out. */
  needs?: (settings: z.output<Schema>) => readonly string[];
  /** Secrets that may be left out, such as one that is only known after the first save. */
  optional?: readonly string[];
  /**
   * A saved secret goes on without being entered again only while these settings stay: it is not shown to another
   * server. All of them when left out.
   */
  keptWith?: readonly (keyof z.output<Schema> & string)[];
  /** Secrets that are keys of our own and are shown to nobody: they go on whatever settings change. */
  ownKeys?: readonly string[];
  /**
   * Completes what was entered before it is saved, such as by a key pair where none is there. `secrets` has those that
   * were entered now and those that go on.
   */
  prepare?: (
    entered: { settings: z.output<Schema>; secrets: Record<string, string> } & PrepareContext,
  ) => Promise<{ settings: z.output<Schema>; secrets: Record<string, string> }>;
  /** What its mails need in the DNS of the sender's domain, so that it can be checked there. */
  sendingDomain?: (settings: z.output<Schema>) => SendingDomain;
  /** `prepare` makes new secrets when it is asked to `rotate`: nothing has to be entered for that. */
  rotates?: boolean;
  open: (services: ProviderServices) => ProviderCode<Content>;
};

/** What `prepare` may want to know beside what was entered. */
export type PrepareContext = {
  /** Other secrets are wanted, though nothing is wrong with those that go on. */
  rotate: boolean;
  /** The different texts of this field of `data`, of all devices that the channel reaches. */
  deviceData: (field: string) => Promise<readonly string[]>;
};

/** What mails of a connection need in DNS. */
export type SendingDomain = {
  /** What lets it send in an SPF record: `include:spf.example.com`, or `a:` and its server. */
  spf?: string;
  /** The key that it signs with: `record` is the text at `<selector>._domainkey.<domain>`. */
  dkim?: { selector: string; domain: string; record: string };
  /** It signs with keys that only it knows: a sentence on where to find them. */
  dkimElsewhere?: string;
  /** The domain that bounces go to, null for that of each sender; left out where the provider has one of its own. */
  returnPath?: string | null;
};

export type ProviderEntry = { settings: JsonObject; secrets: Record<string, string> };

/** A provider as the backend uses it. */
export type ProviderDefinition = {
  channel: string;
  name: string;
  idempotent: boolean;
  keySeconds: number;
  sends: readonly string[];
  /** Null where nothing is to be set up: its channel goes out through it at once. */
  settings: z.ZodObject | null;
  secrets: readonly string[];
  form: ProviderForm;
  nameOf: (settings: JsonObject) => string;
  needs: (settings: JsonObject) => readonly string[];
  keptWith: readonly string[];
  optional: readonly string[];
  ownKeys: readonly string[];
  /** Empty where nothing is known. */
  sendingDomain: (settings: JsonObject) => SendingDomain;
  prepare: (entered: ProviderEntry & PrepareContext) => Promise<ProviderEntry>;
  open: (services: ProviderServices) => ProviderCode;
};

/** Defines who delivers the messages of a channel. Throws one sentence when it cannot work. */
export function defineProvider<Content extends object, Schema extends z.ZodObject = z.ZodObject>(
  options: ProviderOptions<Content, Schema>,
): ProviderDefinition {
  const { channel, name, title, description, idempotent, settings = null } = options;
  if (!/^[a-z][a-z0-9-]{0,39}$/.test(name) || name === 'sandbox')
    throw new Error(`Provider ${name}: its name must be of lower-case letters, digits and “-”, and not “sandbox”.`);
  const schema = settings && formOf(name, settings);
  const fields = Object.entries((schema?.['properties'] ?? {}) as Record<string, JsonObject>);
  const secrets = fields.flatMap(([field, { secret }]) => (secret === true ? [field] : []));
  const unknown = (options.keptWith ?? []).find((field) => !fields.some(([each]) => each === field));
  if (unknown !== undefined) throw new Error(`Provider ${name}: it has no setting “${unknown}”.`);
  return {
    channel,
    name,
    idempotent,
    keySeconds: options.keySeconds ?? 86_400,
    sends: options.sends ?? ['content'],
    settings,
    secrets,
    form: {
      name,
      channel,
      title,
      description,
      settings: schema,
      sends: [...(options.sends ?? ['content'])],
      secrets,
      rotates: options.rotates === true,
    },
    nameOf: (values) => options.nameOf?.(values as z.output<Schema>) ?? title,
    needs: (values) =>
      options.needs?.(values as z.output<Schema>) ?? secrets.filter((field) => !options.optional?.includes(field)),
    keptWith: options.keptWith ?? fields.map(([field]) => field).filter((field) => !secrets.includes(field)),
    optional: options.optional ?? [],
    ownKeys: options.ownKeys ?? [],
    sendingDomain: (values) => options.sendingDomain?.(values as z.output<Schema>) ?? {},
    prepare: (entered) =>
      options.prepare
        ? (options.prepare(entered as Parameters<typeof options.prepare>[0]) as Promise<ProviderEntry>)
        : Promise.resolve(entered),
    open: options.open as ProviderDefinition['open'],
  };
}

function formOf(name: string, settings: z.ZodObject): JsonObject {
  const { $schema: _, ...schema } = z.toJSONSchema(settings, { io: 'input' }) as Record<string, unknown>;
  const untitled = Object.entries((schema['properties'] ?? {}) as Record<string, { title?: unknown }>).find(
    ([, { title }]) => typeof title !== 'string',
  );
  if (untitled)
    throw new Error(`Provider ${name}: the setting “${untitled[0]}” has no title: add .meta({ title: '…' }).`);
  return JSON.parse(JSON.stringify(schema)) as JsonObject;
}
