import { Controller, Delete, HttpCode, Post, Req } from '@nestjs/common';
import { deviceRegistration, deviceRemoval, isSafeJson, knownChannels } from '@wend/contract';
import type { Request } from 'express';
import type { z } from 'zod';
import type { Scope } from '../platform/database/index.js';
import { UserError } from '../platform/errors/index.js';
import { Access } from '../platform/http/index.js';
import { DevicesService, isReservedId } from '../profiles/index.js';
import { storableJson } from '../platform/text/index.js';
import { failureOf } from './ingest-failure.js';
import { IngestListeners } from './ingest-listeners.js';
import { WriteKeys } from './write-keys.js';
import type { Reading } from './write-keys.js';

/** Of test runs: nobody registers one. */
const sandboxKind = 'sandbox';

/**
 * Devices that apps and browsers register themselves, with the write key that they send events with. A 2xx means that
 * it is committed. Whoever knows a token may remove it: it is as secret as the device keeps it.
 */
@Controller('v1/devices')
@Access('public')
export class DevicesController {
  constructor(
    private readonly keys: WriteKeys,
    private readonly devices: DevicesService,
    private readonly listeners: IngestListeners,
  ) {}

  @Post()
  @HttpCode(200)
  register(@Req() request: Request): Promise<{ success: true }> {
    return this.told(request, (scope, body) => this.keep(scope, body));
  }

  @Delete()
  @HttpCode(200)
  remove(@Req() request: Request): Promise<{ success: true }> {
    return this.told(request, (scope, body) => this.devices.remove(scope, checked(deviceRemoval, body)));
  }

  private async keep(scope: Scope, body: unknown): Promise<void> {
    const { userId, anonymousId, ...device } = checked(deviceRegistration, body);
    checkKind(device.kind);
    const reserved = Object.entries({ userId, anonymousId }).find(([, id]) => id != null && isReservedId(id));
    if (reserved)
      throw invalid([
        {
          path: reserved[0],
          message: `is “${reserved[1]}”, which names nobody: devices of strangers would become those of one person. Give an id, or leave it out`,
        },
      ]);
    await this.devices.register(scope, {
      person: { userId: userId ?? null, anonymousId: anonymousId ?? null },
      device: { ...device, seenAt: Date.now() },
    });
  }

  /** Whoever watches the workspace sees it, and why it did not come off. */
  private async told(
    request: Request,
    work: (scope: Scope, body: unknown) => Promise<void>,
  ): Promise<{ success: true }> {
    const told = { route: `${request.method} ${request.path}`, receivedAt: Date.now() };
    const reading: Reading = { sender: null };
    try {
      const { scope, keyId, body } = await this.keys.read(request, reading);
      await work(scope, body);
      this.listeners.done({ ...told, scope, keyId, body, status: 200 });
      return { success: true };
    } catch (error) {
      if (reading.sender)
        this.listeners.failed({ ...told, ...reading.sender, ...failureOf(error, reading), kind: null });
      throw error;
    }
  }
}

/** Channels of packages are known to the process by then. */
function checkKind(kind: string): void {
  const kinds = new Set(knownChannels().flatMap(({ address }) => address?.devices ?? []));
  kinds.delete(sandboxKind);
  if (!kinds.has(kind))
    throw invalid([
      { path: 'kind', message: `is “${kind}”, which no channel reaches: use ${[...kinds].join(' or ')}` },
    ]);
}

function checked<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  if (!isSafeJson(body))
    throw invalid([
      {
        path: '',
        message: 'must be JSON without NUL characters, numbers such as 1e400, reserved keys or more than 32 levels',
      },
    ]);
  const parsed = schema.safeParse(storableJson(body));
  if (parsed.success) return parsed.data;
  throw invalid(parsed.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })));
}

function invalid(errors: { path: string; message: string }[]): UserError {
  return new UserError('invalid-device', 'The device can’t be used; see "errors".', { errors });
}
