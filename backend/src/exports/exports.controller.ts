import { pipeline } from 'node:stream/promises';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { fileRoutes, peopleExportQuery } from '@wend/contract';
import type { Response } from 'express';
import { Access, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest } from '../platform/http/index.js';
import { ExportsService } from './exports.service.js';

/** People as a file, of whatever size: no more is read than is taken. */
@Controller()
export class ExportsController {
  constructor(private readonly exports: ExportsService) {}

  @Get(fileRoutes.exportProfiles.path)
  @Access(fileRoutes.exportProfiles.access)
  async export(@Req() request: AuthorizedRequest, @Res() response: Response): Promise<void> {
    const caller = callerOf(request);
    const query = parseInput(peopleExportQuery, request.query);
    const headers = {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="people-${new Date().toISOString().slice(0, 10)}.csv"`,
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    };
    // Whoever only asks whether there would be a file has nobody looked for.
    if (request.method === 'HEAD') {
      await this.exports.check(caller, query);
      return void response.writeHead(200, headers).end();
    }
    // What is wrong with what is asked for is said before the file begins.
    const people = await this.exports.begin(caller, query);
    try {
      await this.exports.note(caller, query);
      response.writeHead(200, headers);
      await pipeline(this.exports.csv(caller, people), response);
    } catch (error) {
      // Whoever has gone needs no answer; a list that ends early must not look whole.
      if ((error as NodeJS.ErrnoException).code === 'ERR_STREAM_PREMATURE_CLOSE') return;
      if (response.headersSent) response.destroy();
      throw error;
    } finally {
      await this.exports.end(caller, people);
    }
  }
}
