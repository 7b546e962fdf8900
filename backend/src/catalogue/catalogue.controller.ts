import { Controller } from '@nestjs/common';
import { api } from '@wend/contract';
import { Route } from '../platform/http/index.js';
import type { RouteInput, RouteOutput } from '../platform/http/index.js';
import { CatalogueService } from './catalogue.service.js';

/** Events → Catalogue, and what pickers offer. */
@Controller()
export class CatalogueController {
  constructor(private readonly catalogue: CatalogueService) {}

  @Route(api.catalogue)
  list({ caller, query }: RouteInput<typeof api.catalogue>): Promise<RouteOutput<typeof api.catalogue>> {
    return this.catalogue.list(caller, query.kind);
  }

  @Route(api.catalogueEntry)
  entry({ caller, query }: RouteInput<typeof api.catalogueEntry>): Promise<RouteOutput<typeof api.catalogueEntry>> {
    return this.catalogue.detail(caller, query);
  }

  @Route(api.describeEntry)
  async describe({
    caller,
    body,
  }: RouteInput<typeof api.describeEntry>): Promise<RouteOutput<typeof api.describeEntry>> {
    await this.catalogue.describe(caller, body);
    return { ok: true };
  }

  @Route(api.removeEntry)
  async remove({ caller, query }: RouteInput<typeof api.removeEntry>): Promise<RouteOutput<typeof api.removeEntry>> {
    await this.catalogue.remove(caller, query);
    return { ok: true };
  }

  @Route(api.expectEntries)
  async expect({ caller, body }: RouteInput<typeof api.expectEntries>): Promise<RouteOutput<typeof api.expectEntries>> {
    await this.catalogue.expect(caller, body.entries);
    return { ok: true };
  }

  @Route(api.eventNames)
  names({ caller }: RouteInput<typeof api.eventNames>): Promise<RouteOutput<typeof api.eventNames>> {
    return this.catalogue.known(caller);
  }
}
