import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ExplanationService } from './explanation.service.js';
import { MessagesService } from './messages.service.js';
import { PreviewService } from './preview.service.js';

@Controller()
export class MessagesController {
  constructor(
    private readonly messages: MessagesService,
    private readonly previews: PreviewService,
    private readonly explanations: ExplanationService,
  ) {}

  @Route(api.messageExplanation)
  explanation({
    caller,
    params,
  }: RouteInput<typeof api.messageExplanation>): Promise<RouteOutput<typeof api.messageExplanation>> {
    return this.explanations.ofMessage(caller, params.id);
  }

  @Route(api.stepExplanation)
  stepExplanation({
    caller,
    params,
    query,
  }: RouteInput<typeof api.stepExplanation>): Promise<RouteOutput<typeof api.stepExplanation>> {
    return this.explanations.ofStep(caller, { journeyId: params.id, ...query });
  }

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
