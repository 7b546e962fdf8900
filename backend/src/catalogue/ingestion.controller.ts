import { Controller, Get, Req, Res } from '@nestjs/common';
import { api, fileRoutes, ingestFilter } from '@wend/contract';
import type { Response } from 'express';
import { Access, Route, StreamSeats, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest, RouteInput, RouteOutput } from '../platform/http/index.js';
import { IngestStreams } from './ingest-streams.js';
import { IngestionService } from './ingestion.service.js';

/** What a slow reader may have unread before its connection is cut. */
const maximumUnread = 4 * 1024 * 1024;

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};
const streamPermission = fileRoutes.ingestionStream.access;

/** Events → Live: what arrives, and what became of it. */
@Controller()
export class IngestionController {
  constructor(
    private readonly ingestion: IngestionService,
    private readonly streams: IngestStreams,
    private readonly seats: StreamSeats,
  ) {}

  @Route(api.ingestion)
  summary({ caller }: RouteInput<typeof api.ingestion>): Promise<RouteOutput<typeof api.ingestion>> {
    return this.ingestion.summary(caller);
  }

  /** Server-sent events (`IngestNews`): items as they arrive. */
  @Get(fileRoutes.ingestionStream.path)
  @Access(streamPermission)
  async stream(@Req() request: AuthorizedRequest, @Res() response: Response): Promise<void> {
    const filter = parseInput(ingestFilter, request.query);
    const caller = callerOf(request);
    // What a HEAD is answered has no end to wait for.
    if (request.method === 'HEAD') return void response.writeHead(200, streamHeaders).end();
    const send = (text: string) => {
      if (response.writableLength > maximumUnread) response.destroy();
      else response.write(text);
    };
    const stand = this.seats.take({ request, caller, permission: streamPermission, end: () => response.end() });
    let leave: (() => void) | null = null;
    let gone = false;
    response.on('close', () => {
      gone = true;
      stand();
      leave?.();
    });
    const waiting: string[] = [];
    let open = false;
    leave = await this.streams.join(
      { workspaceId: caller.workspaceId },
      { filter, send: (text) => (open ? send(text) : waiting.push(text)), end: () => response.end() },
    );
    if (gone) return leave();
    response.writeHead(200, streamHeaders);
    response.write('retry: 2000\n\n');
    open = true;
    for (const text of waiting) send(text);
  }
}
