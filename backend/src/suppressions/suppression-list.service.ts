import { Injectable } from '@nestjs/common';
import type {
  Channel,
  Suppression,
  SuppressionCounts,
  SuppressionDetail,
  SuppressionImport,
  SuppressionReason,
  SuppressionSettings,
} from '@wend/contract';
import type { ChannelCode } from '@wend/node-sdk';
import { stringify } from 'csv-stringify/sync';
import { AuditLog } from '../access/index.js';
import { ChannelRegistry } from '../channels/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import { actorName } from '../platform/http/index.js';
import type { Caller } from '../platform/http/index.js';
import { storableText } from '../platform/text/index.js';
import { normalAddress } from './address-key.js';
import { readAddresses } from './read-addresses.js';
import { SuppressionRepository } from './suppression.repository.js';
import type { NewSuppression, SuppressionRow } from './suppression.repository.js';
import { Suppressions } from './suppressions.service.js';

type Filter = {
  channel?: Channel | undefined;
  reason?: SuppressionReason | undefined;
  state: 'active' | 'released';
};

const rowsAtOnce = 2_000;
const problemsShown = 100;
const firstId = '00000000-0000-0000-0000-000000000000';
const exported = [
  'channel',
  'address',
  'reason',
  'detail',
  'source',
  'message_id',
  'added_by',
  'created_at',
  'released_at',
  'released_by',
  'release_reason',
];

/** The list as members see and change it. */
@Injectable()
export class SuppressionListService {
  constructor(
    private readonly repository: SuppressionRepository,
    private readonly suppressions: Suppressions,
    private readonly registry: ChannelRegistry,
    private readonly audit: AuditLog,
  ) {}

  async list(
    scope: Scope,
    { search, ...query }: Filter & { search?: string | undefined; cursor?: string | undefined; limit: number },
  ): Promise<{ items: Suppression[]; next: string | null }> {
    const term = search?.trim() ? normalAddress(search) : null;
    const { rows, next } = await this.repository.list(scope, {
      ...query,
      prefix: term && `${term.replace(/[\\%_]/g, '\\$&')}%`,
      keys: term === null ? [] : this.keysOf(scope, term),
    });
    return { items: rows.map(suppressionOf), next };
  }

  async counts(scope: Scope): Promise<SuppressionCounts> {
    return { items: await this.repository.counts(scope) };
  }

  async detail(scope: Scope, id: string): Promise<SuppressionDetail> {
    const history = (await this.repository.history(scope, id)).map(suppressionOf);
    const own = history.find((each) => each.id === id);
    if (!own) throw notFound('suppression');
    return { ...own, history };
  }

  settings(scope: Scope): Promise<SuppressionSettings> {
    return this.repository.settings(scope);
  }

  async saveSettings(caller: Caller, settings: SuppressionSettings): Promise<SuppressionSettings> {
    await this.repository.transaction(async (sql) => {
      await this.repository.saveSettings(caller, { sql, ...settings });
      await this.audit.record(caller, {
        action: 'suppressions.settings',
        subject: 'suppressions',
        detail: settings,
        sql,
      });
    });
    return settings;
  }

  /** Suppressing what is suppressed already answers with what is there. */
  async add(
    caller: Caller,
    { channel, address, detail }: { channel: Channel; address: string; detail?: string | undefined },
  ): Promise<Suppression> {
    const code = this.addressed(channel);
    const reached = reachedBy(code, { address, country: await this.repository.country(caller) });
    if (reached === null) {
      const problem = problemOf(code, address);
      throw new UserError('invalid-address', problem, { errors: [{ path: 'address', message: problem }] });
    }
    const row = this.rowOf(caller, { channel, address: reached, detail: detail ?? null, reason: 'manual' });
    return this.repository.transaction(async (sql) => {
      const added = await this.repository.add(caller, { sql, rows: [row] });
      const active = await this.repository.findActive(caller, { sql, ...row });
      if (!active)
        throw new UserError('suppression-changed', 'Someone released this address at the same time. Try again.', {
          status: 409,
        });
      if (added.length > 0)
        await this.audit.record(caller, {
          action: 'suppressions.add',
          subject: `suppression:${active.id}`,
          detail: { channel, ...(detail !== undefined && { detail }) },
          sql,
        });
      return suppressionOf(active);
    });
  }

  /** Thousands at a time: cut off, what was added stays, and the same file again adds the rest. */
  async import(
    caller: Caller,
    { channel, csv, dryRun }: { channel: Channel; csv: string; dryRun: boolean },
  ): Promise<SuppressionImport> {
    const code = this.addressed(channel);
    const result: SuppressionImport = { rows: 0, added: 0, known: 0, repeated: 0, bad: 0, problems: [] };
    const country = await this.repository.country(caller);
    const seen = new Set<string>();
    let rows: NewSuppression[] = [];
    const flush = async () => {
      const added = dryRun
        ? await this.unknown(caller, { channel, rows })
        : (await this.repository.add(caller, { rows })).length;
      result.added += added;
      result.known += rows.length - added;
      rows = [];
    };
    const check = (address: string) =>
      reachedBy(code, { address, country }) === null ? problemOf(code, address) : null;
    for await (const each of readAddresses({ csv, problemOf: check })) {
      result.rows += 1;
      if (each.problem !== null) {
        result.bad += 1;
        if (result.problems.length < problemsShown)
          result.problems.push({ line: each.line, value: each.value.slice(0, 100), problem: each.problem });
        continue;
      }
      const address = reachedBy(code, { address: each.value, country })!;
      const row = this.rowOf(caller, { channel, address, detail: each.detail, reason: 'imported' });
      if (seen.has(row.key)) {
        result.repeated += 1;
        continue;
      }
      seen.add(row.key);
      rows.push(row);
      if (rows.length === rowsAtOnce) await flush();
    }
    await flush();
    if (!dryRun && result.added > 0)
      await this.audit.record(caller, {
        action: 'suppressions.import',
        subject: `channel:${channel}`,
        detail: { rows: result.rows, added: result.added, bad: result.bad },
      });
    return result;
  }

  async release(caller: Caller, { id, reason }: { id: string; reason: string }): Promise<Suppression> {
    return this.repository.transaction(async (sql) => {
      const found = await this.repository.keyOf(caller, { sql, id });
      if (!found) throw notFound('suppression');
      await this.repository.lock(caller, { sql, keys: [found.key] });
      const row = await this.repository.release(caller, { sql, id, by: actorName(caller), reason });
      if (!row) throw new UserError('already-released', 'This address was released already.', { status: 409 });
      // It begins anew: what it refused before does not count any more.
      await this.repository.forgetSoft(caller, { sql, keys: [found] });
      await this.audit.record(caller, {
        action: 'suppressions.release',
        subject: `suppression:${id}`,
        detail: { channel: row.channel, suppressedFor: row.reason, reason },
        sql,
      });
      return suppressionOf(row);
    });
  }

  /** Addresses leave with an export: who took which is written down before the first one does. */
  noteExport(caller: Caller, filter: Filter): Promise<void> {
    return this.audit.record(caller, {
      action: 'suppressions.export',
      subject: 'suppressions',
      detail: { filter: { ...filter } },
    });
  }

  /** The list as CSV, some thousand rows at a time. */
  async *export(scope: Scope, filter: Filter): AsyncGenerator<string> {
    yield stringify([exported], { bom: true });
    for (let after = firstId; ;) {
      const rows = await this.repository.chunk(scope, { ...filter, after, limit: rowsAtOnce });
      if (rows.length === 0) return;
      after = rows.at(-1)!.id;
      yield stringify(rows.map(fieldsOf), { escape_formulas: true });
    }
  }

  private async unknown(
    scope: Scope,
    { channel, rows }: { channel: Channel; rows: readonly NewSuppression[] },
  ): Promise<number> {
    const keys = rows.map(({ key }) => key);
    return keys.length - (await this.repository.countActive(scope, { channel, keys }));
  }

  private keysOf(scope: Scope, address: string): string[] {
    return this.registry.list().flatMap(({ definition: { name } }) => {
      const key = this.suppressions.keyOf(scope, { channel: name, address });
      return key === null ? [] : [key];
    });
  }

  /** Throws when nobody could be suppressed there. */
  private addressed(channel: Channel): ChannelCode {
    const code = this.registry.get(channel);
    const { address, label } = code.definition;
    if (!address || address.devices)
      throw new UserError('no-addresses', `${label} reaches no addresses, so none can be suppressed there.`, {
        errors: [{ path: 'channel', message: 'has no addresses' }],
      });
    return code;
  }

  private rowOf(
    caller: Caller,
    {
      channel,
      address,
      detail,
      reason,
    }: { channel: Channel; address: string; detail: string | null; reason: 'manual' | 'imported' },
  ): NewSuppression {
    return {
      channel,
      address: normalAddress(storableText(address)),
      key: this.suppressions.keyOf(caller, { channel, address })!,
      detail: detail === null ? null : storableText(detail),
      reason,
      source: reason === 'manual' ? 'member' : 'import',
      causedBy: null,
      addedBy: actorName(caller),
      at: null,
    };
  }
}

/**
 * Where messages to a person with this address go, as those who send write it: a telephone number with its country.
 * Null when none could go there.
 */
function reachedBy(
  { definition, addressOf }: ChannelCode,
  { address, country }: { address: string; country: string | null },
): string | null {
  if (address.length > 320) return null;
  const trait = definition.address?.trait;
  return trait === undefined ? address : addressOf({ [trait]: address }, { country });
}

function problemOf({ definition }: ChannelCode, address: string): string {
  return `“${address.slice(0, 100)}” is no ${definition.address?.noun ?? 'address'}.`;
}

function suppressionOf(row: SuppressionRow): Suppression {
  return {
    id: row.id,
    channel: row.channel,
    address: row.address,
    reason: row.reason,
    detail: row.detail,
    source: row.source,
    messageId: row.caused_by,
    addedBy: row.added_by,
    createdAt: row.created_at.toISOString(),
    released: row.released_at && {
      at: row.released_at.toISOString(),
      by: row.released_by ?? '',
      reason: row.release_reason ?? '',
    },
  };
}

function fieldsOf(row: SuppressionRow): string[] {
  return [
    row.channel,
    row.address ?? '',
    row.reason,
    row.detail ?? '',
    row.source,
    row.caused_by ?? '',
    row.added_by ?? '',
    row.created_at.toISOString(),
    row.released_at?.toISOString() ?? '',
    row.released_by ?? '',
    row.release_reason ?? '',
  ];
}
