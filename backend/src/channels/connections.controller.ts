import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ChannelsService } from './channels.service.js';
import { ConnectionsService } from './connections.service.js';

@Controller()
export class ConnectionsController {
  constructor(
    private readonly connections: ConnectionsService,
    private readonly states: ChannelsService,
  ) {}

  @Route(api.channels)
  async channels({ caller }: RouteInput<typeof api.channels>): Promise<RouteOutput<typeof api.channels>> {
    return { items: await this.states.states(caller) };
  }

  @Route(api.setSandbox)
  setSandbox({ caller, body }: RouteInput<typeof api.setSandbox>): Promise<RouteOutput<typeof api.setSandbox>> {
    return this.connections.setSandbox(caller, body);
  }

  @Route(api.connections)
  list({ caller }: RouteInput<typeof api.connections>): Promise<RouteOutput<typeof api.connections>> {
    return this.connections.list(caller);
  }

  @Route(api.addConnection)
  add({ caller, body }: RouteInput<typeof api.addConnection>): Promise<RouteOutput<typeof api.addConnection>> {
    return this.connections.add(caller, body);
  }

  @Route(api.saveConnection)
  save({
    caller,
    params,
    body,
  }: RouteInput<typeof api.saveConnection>): Promise<RouteOutput<typeof api.saveConnection>> {
    return this.connections.change(caller, { id: params.id, ...body });
  }

  @Route(api.rotateConnection)
  rotate({
    caller,
    params,
    body,
  }: RouteInput<typeof api.rotateConnection>): Promise<RouteOutput<typeof api.rotateConnection>> {
    return this.connections.rotate(caller, { id: params.id, ...body });
  }

  @Route(api.orderConnections)
  async order({
    caller,
    params,
    body,
  }: RouteInput<typeof api.orderConnections>): Promise<RouteOutput<typeof api.orderConnections>> {
    await this.connections.order(caller, { channel: params.channel, ids: body.ids });
    return { ok: true };
  }

  @Route(api.testConnection)
  test({ caller, params }: RouteInput<typeof api.testConnection>): Promise<RouteOutput<typeof api.testConnection>> {
    return this.connections.test(caller, params.id);
  }

  @Route(api.removeConnection)
  async remove({
    caller,
    params,
  }: RouteInput<typeof api.removeConnection>): Promise<RouteOutput<typeof api.removeConnection>> {
    await this.connections.remove(caller, params.id);
    return { ok: true };
  }
}
