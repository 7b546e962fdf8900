import { randomBytes, randomUUID } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { AlarmTarget, SaveAlarmTarget } from '@wend/contract';
import { AuditLog } from '../access/index.js';
import type { Scope } from '../platform/database/index.js';
import { UserError, notFound } from '../platform/errors/index.js';
import type { Caller } from '../platform/http/index.js';
import { AlarmTargetRepository } from './alarm-target.repository.js';
import type { ListedTarget, TargetRow } from './alarm-target.repository.js';
import { AlarmRepository } from './alarm.repository.js';
import type { Notice } from './notice.js';
import { TargetSender } from './target-sender.js';

const mostTargets = 20;
/** Tests of one workspace in a minute. */
const testsPerMinute = 20;
type Kept = { settings: TargetRow['settings']; secrets: Record<string, string> };

/** Who is told of alarms. Addresses and secrets go in and never come out. */
@Injectable()
export class AlarmTargetsService {
  private readonly tested = new Map<string, number[]>();

  constructor(
    private readonly repository: AlarmTargetRepository,
    private readonly alarms: AlarmRepository,
    private readonly sender: TargetSender,
    private readonly audit: AuditLog,
  ) {}

  async list(scope: Scope): Promise<AlarmTarget[]> {
    return (await this.repository.list(scope)).map(targetOf);
  }

  /** `secret`: the one that was made for a new webhook, to be shown once. */
  async add(caller: Caller, input: SaveAlarmTarget): Promise<AlarmTarget & { secret: string | null }> {
    const id = randomUUID();
    const made = input.kind === 'webhook' && input.secret === undefined ? newSecret() : null;
    const secrets: Record<string, string> = made === null ? {} : { secret: made };
    await this.save(caller, { id, input, before: null, known: { settings: {}, secrets } });
    return { ...(await this.one(caller, id)), secret: made };
  }

  async change(caller: Caller, { id, input }: { id: string; input: SaveAlarmTarget }): Promise<AlarmTarget> {
    const before = await this.repository.find(caller, { id });
    if (!before) throw notFound('target');
    if (before.kind !== input.kind)
      throw new UserError('invalid-request', `This one is of another kind (${before.kind}). Add a new one instead.`, {
        errors: [{ path: 'kind', message: `must be ${before.kind}` }],
      });
    await this.save(caller, {
      id,
      input,
      before,
      known: { settings: before.settings, secrets: this.kept(caller, before) },
    });
    return this.one(caller, id);
  }

  async remove(caller: Caller, id: string): Promise<void> {
    await this.alarms.transaction(async (sql) => {
      const gone = await this.repository.remove(caller, { sql, id });
      if (!gone) throw notFound('target');
      const subject = `alarm-target:${id}`;
      await this.audit.record(caller, { action: 'alarm.target.remove', subject, detail: { name: gone.name }, sql });
    });
  }

  /** Hands a made-up alarm over, to each member where several are told. What came of it is the answer. */
  async test(caller: Caller, id: string): Promise<{ ok: boolean; message: string }> {
    const target = await this.repository.find(caller, { id });
    if (!target) throw notFound('target');
    this.countTest(caller);
    const recipients = target.settings.memberIds ?? [''];
    try {
      for (const recipient of recipients)
        await this.sender.send(caller, { target, id: randomUUID(), recipient, notice: testNotice() });
    } catch (error) {
      return { ok: false, message: (error as Error).message };
    } finally {
      await this.audit.record(caller, { action: 'alarm.target.test', subject: `alarm-target:${id}` });
    }
    return { ok: true, message: `“${target.name}” has taken the test alarm.` };
  }

  private async save(
    caller: Caller,
    { id, input, before, known }: { id: string; input: SaveAlarmTarget; before: ListedTarget | null; known: Kept },
  ): Promise<void> {
    const { settings, secrets } = await this.complete(caller, { input, known });
    const { kind, name, enabled } = input;
    await this.alarms.transaction(async (sql) => {
      if (!before && (await this.repository.count(caller, sql)) >= mostTargets)
        throw new UserError('too-many-targets', `A workspace can have ${mostTargets} of these. Delete one first.`, {
          status: 422,
        });
      const sealed = this.sender.seal(caller, { id, secrets });
      await this.repository.save(caller, { sql, target: { id, kind, name, enabled, settings, secrets: sealed } });
      await this.audit.record(caller, {
        action: 'alarm.target.save',
        subject: `alarm-target:${id}`,
        detail: { kind, name, enabled, ...settings },
        sql,
      });
    });
  }

  private async complete(caller: Caller, { input, known }: { input: SaveAlarmTarget; known: Kept }): Promise<Kept> {
    if (input.kind === 'members') {
      const found = await this.repository.addresses(caller, input.memberIds);
      const missing = input.memberIds.findIndex((each) => !found.has(each.toLowerCase()));
      if (missing >= 0)
        throw new UserError('no-such-member', 'One of the chosen people is no member of this workspace.', {
          status: 422,
          errors: [{ path: `memberIds.${missing}`, message: 'is no member' }],
        });
      return { settings: { memberIds: [...new Set(input.memberIds.map((each) => each.toLowerCase()))] }, secrets: {} };
    }
    const { url = known.secrets['url'] } = input;
    if (url === undefined)
      throw new UserError('secret-needed', 'Enter the address that is called.', {
        status: 422,
        errors: [{ path: 'url', message: 'is required' }],
      });
    const secret = input.kind === 'webhook' ? (input.secret ?? known.secrets['secret']) : undefined;
    // Who calls an address of another server must not prove to it by the secret of this one.
    const moved = known.secrets['url'] !== undefined && new URL(known.secrets['url']).host !== new URL(url).host;
    if (input.kind === 'webhook' && (secret === undefined || (moved && input.secret === undefined)))
      throw new UserError('secret-needed', 'Enter a signing secret. It is kept only while the server stays the same.', {
        status: 422,
        errors: [{ path: 'secret', message: 'is required' }],
      });
    return { settings: { host: new URL(url).host }, secrets: { url, ...(secret !== undefined && { secret }) } };
  }

  /** None when they cannot be opened any more: then they have to be entered again. */
  private kept(scope: Scope, row: TargetRow): Record<string, string> {
    try {
      return this.sender.open(scope, row);
    } catch {
      return {};
    }
  }

  private async one(scope: Scope, id: string): Promise<AlarmTarget> {
    const row = await this.repository.find(scope, { id });
    if (!row) throw notFound('target');
    return targetOf(row);
  }

  private countTest({ workspaceId }: Scope): void {
    const now = Date.now();
    const times = (this.tested.get(workspaceId) ?? []).filter((time) => time > now - 60_000);
    if (times.length >= testsPerMinute)
      throw new UserError('too-many-tests', 'Many tests were sent in the last minute. Wait a moment and try again.', {
        status: 429,
        headers: { 'Retry-After': String(Math.ceil((times[0]! + 60_000 - now) / 1_000)) },
      });
    this.tested.set(workspaceId, [...times, now]);
  }
}

function targetOf(row: ListedTarget): AlarmTarget {
  return {
    id: row.id,
    kind: row.kind,
    name: row.name,
    enabled: row.enabled,
    memberIds: row.settings.memberIds ?? [],
    host: row.settings.host ?? null,
    lastToldAt: row.lastToldAt?.toISOString() ?? null,
    lastError: row.lastError,
  };
}

function newSecret(): string {
  return `whsec_${randomBytes(24).toString('base64')}`;
}

function testNotice(): Notice {
  return {
    what: 'test',
    at: new Date().toISOString(),
    alarm: {
      id: randomUUID(),
      kind: 'failures',
      about: 'workspace',
      subjectId: null,
      name: 'Alarms',
      summary: 'This is a test: nothing is wrong. Alarms of this workspace will look like this.',
      advice: 'There is nothing to do.',
      breaker: null,
      path: '/alarms',
    },
  };
}
