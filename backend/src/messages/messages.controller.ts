import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { MessagesService } from './messages.service.js';
import { PreviewService } from './preview.service.js';

@Controller()
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly previews: PreviewService,
  ) {}

  @Route(api.messages)
  list({ caller, query }: RouteInput<typeof api.messages>): Promise<RouteOutput<typeof api.messages>> {
    return this.messages.list(caller, query);
  }

  @Route(api.message)
  detail({ caller, params }: RouteInput<typeof api.message>): Promise<RouteOutput<typeof api.message>> {
    return this.messages.detail(caller, params.id);
  }

  @Route(api.messageAct)
  act({ caller, params, body }: RouteInput<typeof api.messageAct>): Promise<RouteOutput<typeof api.messageAct>> {
    return this.messages.act(caller, { id: params.id, action: body.action });
  }

  @Route(api.preview)
  preview({ caller, body }: RouteInput<typeof api.preview>): Promise<RouteOutput<typeof api.preview>> {
    return this.previews.render(caller, body);
  }
}
