import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type {
  Channel,
  ChannelState,
  Connection,
  ConnectionHealth,
  ConnectionRule,
  JsonObject,
  ProviderForm,
} from '@wend/contract';
import type { ProviderDefinition } from '@wend/node-sdk';
import { AuditLog } from '../access/index.js';
import { Database } from '../platform/database/index.js';
import type { Scope, Sql } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { issueWords } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { DevicesService } from '../profiles/index.js';
import { Secrets } from '../platform/secrets/index.js';
import { ChannelRegistry } from './channel-registry.js';
import { ChannelsService } from './channels.service.js';
import { ConnectionRepository } from './connection.repository.js';
import type { ConnectionDraft, ConnectionRow } from './connection.repository.js';
import { HealthRepository } from './health.repository.js';
import { OpenConnections } from './open-connections.js';
import { isProviderError } from './provider.js';
import { Providers } from './providers.js';

type Entered = { settings: JsonObject; secrets: Record<string, string> };
type CompleteOptions = {
  provider: ProviderDefinition;
  entered: Entered;
  kept: Record<string, string>;
  rotate?: boolean;
};
type RoutingOptions = {
  name?: string | undefined;
  enabled?: boolean | undefined;
  rule?: ConnectionRule | null | undefined;
  ratePerSecond?: number | null | undefined;
};
type AddOptions = RoutingOptions & { kind: string; settings: JsonObject };
type ChangeOptions = RoutingOptions & { id: string; settings?: JsonObject | undefined };

const nothingKnown: ConnectionHealth = {
  slowedTo: null,
  state: 'unknown',
  since: null,
  sent24h: 0,
  failed24h: 0,
  perMinute: 0,
  lastOkAt: null,
  errors: [],
};

/**
 * What people set up under Settings, for any provider: its schema says what there is. Secrets go in and never come out.
 */
@Injectable()
export class ConnectionsService {
  constructor(
    private readonly database: Database,
    private readonly repository: ConnectionRepository,
    private readonly open: OpenConnections,
    private readonly secrets: Secrets,
    private readonly registry: ChannelRegistry,
    private readonly providers: Providers,
    private readonly audit: AuditLog,
    private readonly channels: ChannelsService,
    private readonly health: HealthRepository,
    private readonly devices: DevicesService,
  ) {}

  async list(scope: Scope): Promise<{ items: Connection[]; providers: ProviderForm[] }> {
    const [rows, health] = await Promise.all([this.repository.list(scope), this.health.of(scope)]);
    return {
      items: rows.map((row) => this.connectionOf(scope, { row, health: health.get(row.id) })),
      providers: this.registry.allProviders().map(({ form }) => form),
    };
  }

  /** Whoever sets up a provider wants messages to go out: its channel leaves the sandbox. */
  async add(caller: Caller, { kind, settings, ...routing }: AddOptions): Promise<Connection> {
    const provider = this.settable(kind);
    const entered = read(provider, settings);
    return this.database.transaction(async (sql) => {
      const id = randomUUID();
      const { settings: completed, secrets } = await this.complete(caller, { provider, entered, kept: {} });
      const draft = {
        id,
        kind,
        name: routing.name ?? provider.nameOf(completed),
        settings: completed,
        ...this.sealed(caller, { id, secrets }),
        enabled: routing.enabled ?? true,
        rule: ruleOf(routing.rule),
        ratePerSecond: routing.ratePerSecond ?? null,
        oldSecrets: null,
        oldSecretsUntil: null,
      };
      const row = await this.repository.add(caller, { sql, draft });
      await this.repository.setSandbox(caller, { sql, channel: provider.channel, sandbox: false });
      await this.record(caller, { sql, action: 'connection.save', row, secretsChanged: Object.keys(entered.secrets) });
      return this.connectionOf(caller, { row });
    });
  }

  /** Without a secret the saved one stays, but only for the same settings that it belongs to. */
  async change(caller: Caller, { id, settings, ...routing }: ChangeOptions): Promise<Connection> {
    return this.database.transaction(async (sql) => {
      const before = await this.lock(caller, { id, sql });
      const provider = this.settable(before.kind);
      const entered = settings && read(provider, settings);
      const row = await this.repository.change(caller, {
        sql,
        before,
        draft: {
          ...(routing.enabled !== undefined && { enabled: routing.enabled }),
          ...(routing.rule !== undefined && { rule: ruleOf(routing.rule) }),
          ...(routing.ratePerSecond !== undefined && { ratePerSecond: routing.ratePerSecond }),
          ...(entered && (await this.changed(caller, { provider, before, entered }))),
          ...(routing.name !== undefined && { name: routing.name }),
        },
      });
      await this.record(caller, {
        sql,
        action: 'connection.save',
        row,
        secretsChanged: Object.keys(entered?.secrets ?? {}),
      });
      return this.connectionOf(caller, { row, health: (await this.health.of(caller)).get(id) });
    });
  }

  /** New secrets, beside which the ones of before stay valid for `keepOldHours`. What is under way goes on with either. */
  async rotate(
    caller: Caller,
    { id, secrets: given, keepOldHours }: { id: string; secrets: Record<string, string>; keepOldHours: number },
  ): Promise<Connection> {
    return this.database.transaction(async (sql) => {
      const before = await this.lock(caller, { id, sql });
      const provider = this.settable(before.kind);
      const unknown = Object.keys(given).find((name) => !provider.secrets.includes(name));
      if (unknown !== undefined)
        throw new UserError('invalid-request', `“${provider.form.title}” has no secret “${unknown}”.`, {
          errors: [{ path: `secrets.${unknown}`, message: 'is not a secret of this provider' }],
        });
      const entered = read(provider, { ...before.settings, ...given });
      // Nothing new, and the secrets that are still valid from the last time would go.
      if (Object.keys(entered.secrets).length === 0 && !provider.form.rotates)
        throw new UserError('invalid-request', 'Enter at least one new secret.', {
          errors: Object.keys(given).map((name) => ({ path: `secrets.${name}`, message: 'is empty' })),
        });
      const kept = this.keptSecrets(caller, before);
      const rotate = Object.keys(entered.secrets).length === 0;
      const { settings, secrets } = await this.complete(caller, { provider, entered, kept, rotate });
      const row = await this.repository.change(caller, {
        sql,
        before,
        draft: {
          settings,
          ...this.sealed(caller, { id, secrets }),
          oldSecrets: keepOldHours > 0 ? before.secrets : null,
          oldSecretsUntil: keepOldHours > 0 ? new Date(Date.now() + keepOldHours * 3_600_000) : null,
        },
      });
      await this.record(caller, {
        sql,
        action: 'connection.rotate',
        row,
        secretsChanged: Object.keys(entered.secrets),
      });
      return this.connectionOf(caller, { row, health: (await this.health.of(caller)).get(id) });
    });
  }

  /** All connections of the channel must be named. */
  async order(caller: Caller, { channel, ids }: { channel: Channel; ids: string[] }): Promise<void> {
    this.registry.get(channel);
    await this.database.transaction(async (sql) => {
      const rows = (await this.repository.list(caller)).filter(
        ({ kind }) => this.registry.provider(kind)?.channel === channel,
      );
      if (new Set(ids).size !== rows.length || rows.some(({ id }) => !ids.includes(id)))
        throw new UserError(
          'connections-changed',
          'The connections of this channel have changed. Reload and try again.',
          {
            status: 409,
          },
        );
      await this.repository.order(caller, { sql, ids });
      await this.audit.record(caller, { action: 'channel.order', subject: `channel:${channel}`, detail: { ids }, sql });
    });
  }

  /** Puts a channel into the sandbox, or takes it out. */
  async setSandbox(
    caller: Caller,
    { channel, sandbox }: { channel: Channel; sandbox: boolean },
  ): Promise<ChannelState> {
    this.registry.get(channel);
    await this.database.transaction(async (sql) => {
      if (await this.repository.setSandbox(caller, { sql, channel, sandbox }))
        await this.audit.record(caller, {
          action: 'channel.sandbox',
          subject: `channel:${channel}`,
          detail: { sandbox },
          sql,
        });
    });
    return (await this.channels.states(caller)).find((state) => state.channel === channel)!;
  }

  async test(scope: Scope, id: string): Promise<{ ok: boolean; message: string }> {
    const row = await this.repository.find(scope, { id });
    if (!row) throw notFound('connection');
    this.settable(row.kind);
    try {
      const message = await this.providers.find(row.kind)?.test?.(this.open.open(scope, row));
      return { ok: true, message: message ?? 'The settings are complete. To test this provider, send a message.' };
    } catch (error) {
      if (isProviderError(error)) return { ok: false, message: error.message };
      throw error;
    }
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      if (!(await this.repository.remove(caller, { sql, id }))) throw notFound('connection');
      await this.audit.record(caller, { action: 'connection.remove', subject: `connection:${id}`, sql });
    });
  }

  private settable(kind: string): ProviderDefinition {
    const provider = this.registry.provider(kind);
    if (!provider?.settings) throw notFound('provider');
    return provider;
  }

  private async lock(scope: Scope, { id, sql }: { id: string; sql: Sql }): Promise<ConnectionRow> {
    const row = await this.repository.find(scope, { id, sql });
    if (!row) throw notFound('connection');
    return row;
  }

  private async changed(
    scope: Scope,
    { provider, before, entered }: { provider: ProviderDefinition; before: ConnectionRow; entered: Entered },
  ): Promise<Partial<ConnectionDraft>> {
    const same = provider.keptWith.every((name) => before.settings[name] === entered.settings[name]);
    const known = Object.entries(this.keptSecrets(scope, before));
    const kept = Object.fromEntries(known.filter(([name]) => same || provider.ownKeys.includes(name)));
    const { settings, secrets } = await this.complete(scope, { provider, entered, kept });
    // A name that somebody gave stays; one that the settings gave follows them.
    const named = before.name !== provider.nameOf(before.settings);
    return {
      name: named ? before.name : provider.nameOf(settings),
      settings,
      ...this.sealed(scope, { id: before.id, secrets }),
      // Those of before were for another place.
      ...(!same && { oldSecrets: null, oldSecretsUntil: null }),
    };
  }

  private sealed(
    { workspaceId }: Scope,
    { id, secrets }: { id: string; secrets: Record<string, string> },
  ): Pick<ConnectionDraft, 'secrets' | 'secretNames'> {
    const secretNames = Object.keys(secrets);
    if (secretNames.length === 0) return { secrets: null, secretNames };
    const context = `${workspaceId}:${id}`;
    const plain = JSON.stringify(secrets);
    return { secrets: this.secrets.seal({ purpose: 'connection', context, plain }), secretNames };
  }

  private record(
    caller: Caller,
    { sql, action, row, secretsChanged }: { sql: Sql; action: string; row: ConnectionRow; secretsChanged: string[] },
  ): Promise<void> {
    const { id, kind, settings, enabled, rule, ratePerSecond } = row;
    return this.audit.record(caller, {
      action,
      subject: `connection:${id}`,
      detail: { kind, ...settings, enabled, rule: rule as JsonObject | null, ratePerSecond, secretsChanged },
      sql,
    });
  }

  private connectionOf(
    scope: Scope,
    { row, health = nothingKnown }: { row: ConnectionRow; health?: ConnectionHealth | undefined },
  ): Connection {
    const provider = this.registry.provider(row.kind);
    const hears = this.providers.find(row.kind)?.feedback !== undefined;
    const until = row.oldSecretsUntil;
    return {
      id: row.id,
      kind: row.kind,
      channel: provider?.channel ?? '',
      name: row.name,
      settings: row.settings,
      secrets: row.secretNames,
      position: row.position,
      enabled: row.enabled,
      rule: row.rule,
      ratePerSecond: row.ratePerSecond,
      oldSecretsUntil: until !== null && until.getTime() > Date.now() ? until.toISOString() : null,
      feedbackUrl: hears ? this.open.feedbackUrl(scope, row.id) : null,
      health,
      createdAt: row.createdAt.toISOString(),
    };
  }

  /** The settings and the secrets that they need: as entered, else as saved, else as the provider makes them. */
  private async complete(scope: Scope, { provider, entered, kept, rotate = false }: CompleteOptions): Promise<Entered> {
    const kinds = this.registry.get(provider.channel).definition.address?.devices ?? [];
    const { settings, secrets } = await provider.prepare({
      settings: entered.settings,
      secrets: { ...kept, ...entered.secrets },
      rotate,
      deviceData: (field) => this.devices.dataOf(scope, { kinds, field }),
    });
    const needed = provider.needs(settings);
    const missing = needed.filter((name) => secrets[name] === undefined);
    if (missing.length > 0) throw secretsNeeded(provider, missing);
    const wanted = new Set([...needed, ...provider.optional]);
    return { settings, secrets: Object.fromEntries(Object.entries(secrets).filter(([name]) => wanted.has(name))) };
  }

  /** None when they cannot be opened any more: then they have to be entered again. */
  private keptSecrets(scope: Scope, row: ConnectionRow): Record<string, string> {
    try {
      return this.open.secretsOf(scope, row);
    } catch {
      return {};
    }
  }
}

function read({ settings: schema, secrets: names }: ProviderDefinition, body: JsonObject): Entered {
  const parsed = schema!.safeParse(body, { error: issueWords });
  if (!parsed.success)
    throw new UserError('invalid-request', 'Some settings are missing or invalid; see "errors".', {
      errors: parsed.error.issues.map((issue) => ({ path: issue.path.join('.'), message: issue.message })),
    });
  const given = Object.entries(parsed.data as JsonObject);
  return {
    settings: Object.fromEntries(given.filter(([name]) => !names.includes(name))),
    secrets: Object.fromEntries(
      given.filter(([name, value]) => names.includes(name) && typeof value === 'string' && value !== ''),
    ) as Record<string, string>,
  };
}

function secretsNeeded({ form, keptWith }: ProviderDefinition, missing: readonly string[]): UserError {
  const titles = (names: readonly string[]) => names.map((name) => `“${titleOf(form, name)}”`).join(', ');
  const bound = keptWith.length === 0 ? '' : ` It is kept only while these stay as they are: ${titles(keptWith)}.`;
  return new UserError('secret-needed', `Enter ${titles(missing)}.${bound}`, {
    status: 422,
    errors: missing.map((path) => ({ path, message: 'is required' })),
  });
}

function titleOf({ settings }: ProviderForm, name: string): string {
  return ((settings?.['properties'] as Record<string, JsonObject>)[name]?.['title'] as string | undefined) ?? name;
}

/** A rule that asks for nothing is none. */
function ruleOf(rule: ConnectionRule | null | undefined): ConnectionRule | null {
  return rule && Object.values(rule).some((each) => each !== undefined) ? rule : null;
}
