import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { ApprovalsService } from './approvals.service.js';

@Controller()
export class ApprovalsController {
  constructor(private readonly approvals: ApprovalsService) {}

  @Route(api.approvals)
  list({ caller, query }: RouteInput<typeof api.approvals>): Promise<RouteOutput<typeof api.approvals>> {
    return this.approvals.list(caller, query);
  }

  @Route(api.approvalCount)
  async count({ caller }: RouteInput<typeof api.approvalCount>): Promise<RouteOutput<typeof api.approvalCount>> {
    return { open: await this.approvals.count(caller) };
  }

  @Route(api.approval)
  find({ caller, params }: RouteInput<typeof api.approval>): Promise<RouteOutput<typeof api.approval>> {
    return this.approvals.find(caller, params.id);
  }

  @Route(api.answerApproval)
  answer({
    caller,
    params,
    body,
  }: RouteInput<typeof api.answerApproval>): Promise<RouteOutput<typeof api.answerApproval>> {
    return this.approvals.answerAs(caller, { ...params, ...body });
  }
}
