import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { LedgerService } from './ledger.service.js';

/** The ledger of what was sent, and sending again. */
@Controller()
export class LedgerController {
  constructor(private readonly ledger: LedgerService) {}

  @Route(api.resendMessage)
  resend({
    caller,
    params,
    body,
  }: RouteInput<typeof api.resendMessage>): Promise<RouteOutput<typeof api.resendMessage>> {
    return this.ledger.resend(caller, { id: params.id, body });
  }

  @Route(api.sendLedger)
  figures({ caller, params, query }: RouteInput<typeof api.sendLedger>): Promise<RouteOutput<typeof api.sendLedger>> {
    return this.ledger.figures(caller, {
      journeyId: params.id,
      range: query,
      count: query.count !== 'false',
    });
  }

  @Route(api.resendBatches)
  batches({ caller, params }: RouteInput<typeof api.resendBatches>): Promise<RouteOutput<typeof api.resendBatches>> {
    return this.ledger.list(caller, params.id);
  }

  @Route(api.startResendBatch)
  start({
    caller,
    params,
    body,
  }: RouteInput<typeof api.startResendBatch>): Promise<RouteOutput<typeof api.startResendBatch>> {
    return this.ledger.start(caller, { journeyId: params.id, body });
  }

  @Route(api.stopResendBatch)
  stop({ caller, params }: RouteInput<typeof api.stopResendBatch>): Promise<RouteOutput<typeof api.stopResendBatch>> {
    return this.ledger.stop(caller, params.id);
  }
}
