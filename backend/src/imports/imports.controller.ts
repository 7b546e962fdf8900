import { pipeline } from 'node:stream/promises';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { api, fileRoutes, idParams } from '@wend/contract';
import type { Response } from 'express';
import { Access, Route, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest, RouteInput, RouteOutput } from '../platform/http/index.js';
import { ImportsService } from './imports.service.js';

/** Profiles → Imports. */
@Controller()
export class ImportsController {
  constructor(private readonly imports: ImportsService) {}

  @Route(api.imports)
  list({ caller, query }: RouteInput<typeof api.imports>): Promise<RouteOutput<typeof api.imports>> {
    return this.imports.list(caller, query);
  }

  @Route(api.createImport)
  create({ caller, body }: RouteInput<typeof api.createImport>): Promise<RouteOutput<typeof api.createImport>> {
    return this.imports.create(caller, body);
  }

  @Route(api.uploadImport)
  upload({
    caller,
    params,
    query,
    http,
  }: RouteInput<typeof api.uploadImport>): Promise<RouteOutput<typeof api.uploadImport>> {
    return this.imports.upload(caller, { id: params.id, offset: query.offset, body: http.request });
  }

  /** The rows with a problem as CSV, written as they are read. */
  @Get(fileRoutes.importProblems.path)
  @Access(fileRoutes.importProblems.access)
  async problems(@Req() request: AuthorizedRequest, @Res() response: Response): Promise<void> {
    const caller = callerOf(request);
    const { id } = parseInput(idParams, request.params);
    const fileName =
      request.method === 'HEAD'
        ? (await this.imports.detail(caller, id)).fileName
        : await this.imports.noteProblems(caller, id);
    response.writeHead(200, {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="rows-with-problems.csv"; filename*=UTF-8''${encodeURIComponent(`Problems of ${fileName.replace(/\.\w+$/, '')}.csv`)}`,
      'Cache-Control': 'no-store',
    });
    if (request.method === 'HEAD') return void response.end();
    await pipeline(this.imports.problems(caller, id), response).catch((error: unknown) => {
      // Whoever has gone needs no answer; a list that ends early must not look whole.
      if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      response.destroy();
      throw error;
    });
  }

  @Route(api.import)
  detail({ caller, params }: RouteInput<typeof api.import>): Promise<RouteOutput<typeof api.import>> {
    return this.imports.detail(caller, params.id);
  }

  @Route(api.readImport)
  read({ caller, params, body }: RouteInput<typeof api.readImport>): Promise<RouteOutput<typeof api.readImport>> {
    return this.imports.read(caller, { id: params.id, ...body });
  }

  @Route(api.checkImport)
  check({ caller, params, body }: RouteInput<typeof api.checkImport>): Promise<RouteOutput<typeof api.checkImport>> {
    return this.imports.begin(caller, { id: params.id, settings: body, state: 'checking' });
  }

  @Route(api.startImport)
  start({ caller, params, body }: RouteInput<typeof api.startImport>): Promise<RouteOutput<typeof api.startImport>> {
    return this.imports.begin(caller, { id: params.id, settings: body, state: 'importing' });
  }

  @Route(api.cancelImport)
  cancel({ caller, params }: RouteInput<typeof api.cancelImport>): Promise<RouteOutput<typeof api.cancelImport>> {
    return this.imports.cancel(caller, params.id);
  }

  @Route(api.removeImport)
  async remove({ caller, params }: RouteInput<typeof api.removeImport>): Promise<RouteOutput<typeof api.removeImport>> {
    await this.imports.remove(caller, params.id);
    return { ok: true };
  }
}
