import { pipeline } from 'node:stream/promises';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { api, fileRoutes, suppressionFilter } from '@wend/contract';
import type { Response } from 'express';
import { Access, Route, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest, RouteInput, RouteOutput } from '../platform/http/index.js';
import { SuppressionListService } from './suppression-list.service.js';

/** Settings → Suppressions. */
@Controller()
export class SuppressionsController {
  constructor(private readonly suppressions: SuppressionListService) {}

  @Route(api.suppressions)
  list({ caller, query }: RouteInput<typeof api.suppressions>): Promise<RouteOutput<typeof api.suppressions>> {
    return this.suppressions.list(caller, query);
  }

  @Route(api.suppressionCounts)
  counts({ caller }: RouteInput<typeof api.suppressionCounts>): Promise<RouteOutput<typeof api.suppressionCounts>> {
    return this.suppressions.counts(caller);
  }

  @Route(api.suppressionSettings)
  settings({
    caller,
  }: RouteInput<typeof api.suppressionSettings>): Promise<RouteOutput<typeof api.suppressionSettings>> {
    return this.suppressions.settings(caller);
  }

  @Route(api.saveSuppressionSettings)
  saveSettings({
    caller,
    body,
  }: RouteInput<typeof api.saveSuppressionSettings>): Promise<RouteOutput<typeof api.saveSuppressionSettings>> {
    return this.suppressions.saveSettings(caller, body);
  }

  /** A CSV with the rows of the filter, written as they are read: it may be of any length. */
  @Get(fileRoutes.exportSuppressions.path)
  @Access(fileRoutes.exportSuppressions.access)
  async export(@Req() request: AuthorizedRequest, @Res() response: Response): Promise<void> {
    const caller = callerOf(request);
    const filter = parseInput(suppressionFilter.omit({ search: true }), request.query);
    if (request.method !== 'HEAD') await this.suppressions.noteExport(caller, filter);
    response.writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="suppressions-${new Date().toISOString().slice(0, 10)}.csv"`,
      'Cache-Control': 'no-store',
    });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(this.suppressions.export(caller, filter), response).catch((error: unknown) => {
      // Whoever has gone needs no answer; a list that ends early must not look whole.
      if ((error as NodeJS.ErrnoException).code !== 'ERR_STREAM_PREMATURE_CLOSE') response.destroy();
      else return;
      throw error;
    });
  }

  @Route(api.suppression)
  detail({ caller, params }: RouteInput<typeof api.suppression>): Promise<RouteOutput<typeof api.suppression>> {
    return this.suppressions.detail(caller, params.id);
  }

  @Route(api.suppress)
  add({ caller, body }: RouteInput<typeof api.suppress>): Promise<RouteOutput<typeof api.suppress>> {
    return this.suppressions.add(caller, body);
  }

  @Route(api.importSuppressions)
  import({
    caller,
    body,
  }: RouteInput<typeof api.importSuppressions>): Promise<RouteOutput<typeof api.importSuppressions>> {
    return this.suppressions.import(caller, body);
  }

  @Route(api.releaseSuppression)
  release({
    caller,
    params,
    body,
  }: RouteInput<typeof api.releaseSuppression>): Promise<RouteOutput<typeof api.releaseSuppression>> {
    return this.suppressions.release(caller, { id: params.id, reason: body.reason });
  }
}
