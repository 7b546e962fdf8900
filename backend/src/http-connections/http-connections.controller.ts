import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { HttpConnectionSettings } from './http-connection-settings.service.js';

@Controller()
export class HttpConnectionsController {
  constructor(private readonly settings: HttpConnectionSettings) {}

  @Route(api.httpConnections)
  async list({ caller }: RouteInput<typeof api.httpConnections>): Promise<RouteOutput<typeof api.httpConnections>> {
    return { items: await this.settings.list(caller) };
  }

  @Route(api.addHttpConnection)
  add({ caller, body }: RouteInput<typeof api.addHttpConnection>): Promise<RouteOutput<typeof api.addHttpConnection>> {
    return this.settings.add(caller, body);
  }

  @Route(api.saveHttpConnection)
  save({
    caller,
    params,
    body,
  }: RouteInput<typeof api.saveHttpConnection>): Promise<RouteOutput<typeof api.saveHttpConnection>> {
    return this.settings.save(caller, { id: params.id, ...body });
  }

  @Route(api.removeHttpConnection)
  async remove({
    caller,
    params,
  }: RouteInput<typeof api.removeHttpConnection>): Promise<RouteOutput<typeof api.removeHttpConnection>> {
    await this.settings.remove(caller, params.id);
    return { ok: true };
  }
}
