import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { SendTestService } from './send-test.service.js';

@Controller()
export class SendTestController {
  constructor(private readonly tests: SendTestService) {}

  @Route(api.sendTest)
  send({ caller, body }: RouteInput<typeof api.sendTest>): Promise<RouteOutput<typeof api.sendTest>> {
    return this.tests.send(caller, body);
  }
}
