import { once } from 'node:events';
import { Controller, Get, Req, Res } from '@nestjs/common';
import { exportQuery, fileRoutes } from '@wend/contract';
import type { Response } from 'express';
import { AuditLog } from '../access/index.js';
import { Access, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { csvHeader, csvLine } from './message-csv.js';
import { MessagesService } from './messages.service.js';

const atOnce = 500;
const byteOrderMark = '\uFEFF';

/** Messages as a file, of whatever size: one page is in memory at a time, and no more is read than is taken. */
@Controller()
export class ExportController {
  constructor(
    private readonly messages: MessagesService,
    private readonly audit: AuditLog,
  ) {}

  @Get(fileRoutes.exportMessages.path)
  @Access(fileRoutes.exportMessages.access)
  async export(@Req() request: AuthorizedRequest, @Res() response: Response): Promise<void> {
    const { bom, ...filter } = parseInput(exportQuery, request.query);
    const caller = callerOf(request);
    const headers = {
      'Content-Type': 'text/csv; charset=utf-8',
      'Content-Disposition': `attachment; filename="messages-${new Date().toISOString().slice(0, 10)}.csv"`,
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    };
    if (request.method === 'HEAD') return void response.writeHead(200, headers).end();
    await this.audit.record(caller, {
      action: 'message.export',
      subject: 'messages',
      detail: { filter: { ...filter } },
    });
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    let page = await this.messages.list(caller, { ...filter, limit: atOnce });
    response.writeHead(200, headers);
    response.write(`${bom === 'true' ? byteOrderMark : ''}${csvHeader}`);
    try {
      for (;;) {
        const text = page.items.map(csvLine).join('');
        if (text !== '' && !response.write(text)) await once(response, 'drain', { signal: gone.signal });
        if (page.next === null || gone.signal.aborted) break;
        page = await this.messages.list(caller, { ...filter, limit: atOnce, cursor: page.next });
      }
      response.end();
    } catch (error) {
      if (gone.signal.aborted) return;
      // What is there looks whole unless the connection breaks: a file that ends early must not be taken for one.
      logger.error({ error }, 'an export of messages broke off');
      response.destroy();
    }
  }
}
