import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { DomainCheckService } from './domain-check.service.js';
import { MailboxesService } from './mailboxes.service.js';

/** What email connections have beside their settings: a bounce mailbox, and what DNS says about their domain. */
@Controller()
export class DeliverabilityController {
  constructor(
    private readonly mailboxes: MailboxesService,
    private readonly domains: DomainCheckService,
  ) {}

  @Route(api.bounceMailbox)
  async read({ caller, params }: RouteInput<typeof api.bounceMailbox>): Promise<RouteOutput<typeof api.bounceMailbox>> {
    return { mailbox: await this.mailboxes.read(caller, params.id) };
  }

  @Route(api.saveBounceMailbox)
  async save({
    caller,
    params,
    body,
  }: RouteInput<typeof api.saveBounceMailbox>): Promise<RouteOutput<typeof api.saveBounceMailbox>> {
    return { mailbox: await this.mailboxes.save(caller, { connectionId: params.id, ...body }) };
  }

  @Route(api.testBounceMailbox)
  test({
    caller,
    params,
  }: RouteInput<typeof api.testBounceMailbox>): Promise<RouteOutput<typeof api.testBounceMailbox>> {
    return this.mailboxes.test(caller, params.id);
  }

  @Route(api.removeBounceMailbox)
  async remove({
    caller,
    params,
  }: RouteInput<typeof api.removeBounceMailbox>): Promise<RouteOutput<typeof api.removeBounceMailbox>> {
    await this.mailboxes.remove(caller, params.id);
    return { ok: true };
  }

  @Route(api.checkDomain)
  check({ caller, query }: RouteInput<typeof api.checkDomain>): Promise<RouteOutput<typeof api.checkDomain>> {
    return this.domains.check(caller, query);
  }
}
