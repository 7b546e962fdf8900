import { randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { Channel, ChannelTemplate, ChannelTemplateSummary, TemplateDefinition } from '@wend/contract';
import type { MessageProblem } from '@wend/node-sdk';
import { AuditLog } from '../../access/index.js';
import { Database } from '../../platform/database/index.js';
import type { Scope } from '../../platform/database/index.js';
import { UserError, notFound } from '../../platform/errors/index.js';
import type { Caller } from '../../platform/http/index.js';
import { ChannelRegistry } from '../channel-registry.js';
import { ChannelsService } from '../channels.service.js';
import { isProviderError, openProvider } from '../provider.js';
import { Providers } from '../providers.js';
import type { Route } from '../routing.js';
import { composeTemplated, fieldPath } from './compose-template.js';
import { templateProblems } from './definition-problems.js';
import { hasLookUp, lookedUp } from './stored-template.js';
import { TemplateRepository } from './template.repository.js';
import type { TemplateRow } from './template.repository.js';

type Draft = { name: string; connectionId: string | null; definition: TemplateDefinition };
type TryOptions = {
  channel: Channel;
  connectionId: string | null;
  definition: TemplateDefinition;
  fields: Record<string, string>;
  to?: string | undefined;
  externalId?: string | undefined;
};
type Tried = { ok: boolean; message: string; providerId: string | null; answer: string | null };

const patienceMs = 30_000;

/** Locked templates as they are written, and tried. */
@Injectable()
export class TemplatesService {
  constructor(
    private readonly database: Database,
    private readonly repository: TemplateRepository,
    private readonly registry: ChannelRegistry,
    private readonly channels: ChannelsService,
    private readonly providers: Providers,
    private readonly audit: AuditLog,
  ) {}

  async list(
    scope: Scope,
    { channel, archived }: { channel?: Channel | undefined; archived: boolean },
  ): Promise<ChannelTemplateSummary[]> {
    return (await this.repository.list(scope, { channel, archived })).map(summaryOf);
  }

  async get(scope: Scope, id: string): Promise<ChannelTemplate> {
    return templateOf(await this.repository.find(scope, { id }));
  }

  async add(caller: Caller, { channel, draft }: { channel: Channel; draft: Draft }): Promise<ChannelTemplate> {
    await this.check(caller, { channel, draft });
    return this.database.transaction(async (sql) => {
      const row = await this.repository.add(caller, { sql, channel, draft });
      await this.audit.record(caller, { ...entryOf('template.create', row), sql });
      return templateOf(row);
    });
  }

  async change(
    caller: Caller,
    { id, revision, draft }: { id: string; revision: number; draft: Draft },
  ): Promise<ChannelTemplate> {
    const before = await this.repository.find(caller, { id });
    if (!before) throw notFound('template');
    await this.check(caller, { channel: before.channel, draft });
    return this.database.transaction(async (sql) => {
      const row = await this.repository.change(caller, { sql, id, revision, draft });
      if (!row)
        throw new UserError('template-changed', 'Somebody else has changed this template. Reload it and try again.', {
          status: 409,
        });
      await this.audit.record(caller, { ...entryOf('template.update', row), sql });
      return templateOf(row);
    });
  }

  archive(caller: Caller, { id, archived }: { id: string; archived: boolean }): Promise<ChannelTemplate> {
    return this.database.transaction(async (sql) => {
      const row = await this.repository.archive(caller, { sql, id, archived });
      if (row)
        await this.audit.record(caller, { ...entryOf(archived ? 'template.archive' : 'template.restore', row), sql });
      return templateOf(row);
    });
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.database.transaction(async (sql) => {
      const used = await this.repository.usedBy(caller, { sql, id });
      if (used.length > 0)
        throw new UserError(
          'template-in-use',
          `This template is used by ${namesOf(used)}. Choose another one there and publish, or archive the template: it still sends, but can’t be chosen anymore.`,
          { status: 409 },
        );
      const row = await this.repository.remove(caller, { sql, id });
      if (!row) throw notFound('template');
      await this.audit.record(caller, { ...entryOf('template.remove', row), sql });
    });
  }

  /** Truly sends one message, as the template is written now. No run and no figure knows of it. */
  async try(caller: Caller, options: TryOptions): Promise<Tried> {
    const { channel, connectionId, definition, fields, to = '', externalId = '' } = options;
    await this.check(caller, { channel, draft: { name: 'Try', connectionId, definition } });
    const id = randomUUID();
    const looksUp = hasLookUp(definition);
    const stored = { id, channel, name: 'Try', connectionId, revision: 0, definition };
    const values = Object.fromEntries(Object.entries(fields).map(([name, value]) => [fieldPath(name), value]));
    const { content, problems } = composeTemplated({ stored, values, externalId });
    const { address } = this.registry.get(channel).definition;
    const missing =
      address && !looksUp && to === '' ? [{ path: 'to', message: `is needed: enter a ${address.noun} of yours` }] : [];
    refuse([...problems, ...missing]);
    const { provider, connection } = await this.routeFor(caller, options);
    // What was written, not what is stored under an id.
    const sender = openProvider(this.registry.provider(provider.name)!, {
      ...this.providers.services(),
      template: async () => stored,
    });
    try {
      const result = await sender.send({
        message: { id, workspaceId: caller.workspaceId, channel },
        content,
        recipient: looksUp ? lookedUp : to === '' ? null : to,
        devices: [],
        idempotencyKey: id,
        connection,
        signal: AbortSignal.timeout(patienceMs),
        handingOver: async () => undefined,
      });
      const { detail, providerId = null, answer = null } = result;
      return { ok: true, message: detail ?? 'Sent.', providerId, answer };
    } catch (error) {
      if (!isProviderError(error)) throw error;
      return { ok: false, message: error.message, providerId: null, answer: error.answer };
    } finally {
      await this.record(caller, { channel, externalId });
    }
  }

  private async routeFor(scope: Scope, { channel, connectionId, definition }: TryOptions): Promise<Route> {
    const table = { ...(await this.channels.routing(scope)), sandboxed: [] };
    const [candidate] = this.channels.routesFor(scope, {
      table,
      routed: {
        channel,
        origin: 'live',
        recipient: null,
        country: null,
        messageClass: 'transactional',
        topic: null,
        template: { kind: definition.kind, connectionId },
      },
    });
    if (!candidate)
      throw new UserError('no-connection', 'Set up a connection that sends by templates first (Settings → Channels).', {
        status: 422,
      });
    try {
      return candidate.open();
    } catch (error) {
      if (isProviderError(error)) throw new UserError('connection-broken', error.message, { status: 422 });
      throw error;
    }
  }

  private record(caller: Caller, { channel, externalId }: { channel: Channel; externalId: string }): Promise<void> {
    return this.database.transaction((sql) =>
      this.audit.record(caller, {
        action: 'template.try',
        subject: `channel:${channel}`,
        detail: externalId === '' ? {} : { externalId },
        sql,
      }),
    );
  }

  private async check(scope: Scope, { channel, draft }: { channel: Channel; draft: Draft }): Promise<void> {
    const code = this.registry.get(channel);
    refuse(templateProblems(draft.definition, { definition: code.definition }));
    if (draft.connectionId === null) return;
    const route = await this.channels.routeBy(scope, { channel, id: draft.connectionId });
    const sends = route && this.registry.provider(route.open().provider.name)?.sends.includes(draft.definition.kind);
    if (!sends)
      refuse([{ path: 'connectionId', message: `is not a connection of “${channel}” that sends by such templates` }]);
  }
}

function namesOf(names: string[]): string {
  const shown = names.slice(0, 3).map((name) => `“${name}”`);
  return names.length > shown.length ? `${shown.join(', ')} and others` : shown.join(', ');
}

function refuse(problems: MessageProblem[]): void {
  if (problems.length > 0)
    throw new UserError('invalid-template', 'This template cannot work as it is; see "errors".', {
      status: 422,
      errors: problems.map(({ path, message }) => ({ path, message })),
    });
}

function entryOf(action: string, { id, channel, name, revision }: TemplateRow) {
  return { action, subject: `template:${id}`, detail: { channel, name, revision } };
}

function summaryOf(row: TemplateRow): ChannelTemplateSummary {
  const { id, channel, name, connectionId, definition, revision, archivedAt, updatedAt } = row;
  return {
    id,
    channel,
    name,
    kind: definition.kind,
    connectionId,
    fields: definition.fields,
    lookUp: hasLookUp(definition),
    revision,
    archivedAt: archivedAt?.toISOString() ?? null,
    updatedAt: updatedAt.toISOString(),
  };
}

function templateOf(row: TemplateRow | null): ChannelTemplate {
  if (!row) throw notFound('template');
  return { ...summaryOf(row), definition: row.definition };
}
