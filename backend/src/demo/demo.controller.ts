import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import type { Request } from 'express';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { TrafficService } from './traffic.service.js';

@Controller()
export class DemoController {
  constructor(private readonly traffic: TrafficService) {}

  @Route(api.demoTraffic)
  send({ body, caller, http }: RouteInput<typeof api.demoTraffic>): Promise<RouteOutput<typeof api.demoTraffic>> {
    return this.traffic.send({ scope: caller, people: body.people, origin: ownAddress(http.request) });
  }
}

/** Where this very process listens, whatever host the caller asked for: never an address that a request can choose. */
function ownAddress({ socket }: Request): string {
  const address = (socket.localAddress ?? '127.0.0.1').replace(/^::ffff:/, '');
  return `http://${address.includes(':') ? `[${address}]` : address}:${socket.localPort}`;
}
