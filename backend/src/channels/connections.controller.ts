import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ConnectionsService } from './connections.service.js';

@Controller()
export class ConnectionsController {
  constructor(private readonly connections: ConnectionsService) {}

  @Route(api.connections)
  async list({ caller }: RouteInput<typeof api.connections>): Promise<RouteOutput<typeof api.connections>> {
    return { items: await this.connections.list(caller) };
  }

  @Route(api.saveSmtp)
  saveSmtp({ caller, body }: RouteInput<typeof api.saveSmtp>): Promise<RouteOutput<typeof api.saveSmtp>> {
    return this.connections.saveSmtp(caller, body);
  }

  @Route(api.testSmtp)
  testSmtp({ caller }: RouteInput<typeof api.testSmtp>): Promise<RouteOutput<typeof api.testSmtp>> {
    return this.connections.testSmtp(caller);
  }

  @Route(api.removeConnection)
  async remove({ caller, params }: RouteInput<typeof api.removeConnection>): Promise<RouteOutput<typeof api.removeConnection>> {
    await this.connections.remove(caller, params.id);
    return { ok: true };
  }
}
