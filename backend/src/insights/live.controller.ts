import { Controller, Get, Req, Res } from '@nestjs/common';
import { api, fileRoutes } from '@wend/contract';
import type { Response } from 'express';
import { Access, Route, StreamSeats, callerOf, parseInput } from '../platform/http/index.js';
import type { AuthorizedRequest, RouteInput, RouteOutput } from '../platform/http/index.js';
import { LiveService } from './live.service.js';
import { LiveStreams } from './live-streams.js';

/** What a slow reader may have unread before its connection is cut. */
const maximumUnread = 4 * 1024 * 1024;

const streamHeaders = {
  'Content-Type': 'text/event-stream; charset=utf-8',
  'Cache-Control': 'no-store, no-transform',
  'X-Accel-Buffering': 'no',
};
const streamPermission = fileRoutes.liveStream.access;

/** The live layer of the canvas. */
@Controller()
export class LiveController {
  constructor(
    private readonly live: LiveService,
    private readonly streams: LiveStreams,
    private readonly seats: StreamSeats,
  ) {}

  @Route(api.live)
  figures({ params, query, caller }: RouteInput<typeof api.live>): Promise<RouteOutput<typeof api.live>> {
    return this.live.figures({ scope: caller, journeyId: params.id, version: query.version });
  }

  /** Server-sent events: the same figures, whenever they change. */
  @Get(fileRoutes.liveStream.path)
  @Access(streamPermission)
  async stream(@Req() request: AuthorizedRequest, @Res() response: Response): Promise<void> {
    const params = parseInput(api.live.params!, request.params);
    const query = parseInput(api.live.query!, request.query);
    const caller = callerOf(request);
    // What a HEAD is answered has no end to wait for.
    if (request.method === 'HEAD') return void response.writeHead(200, streamHeaders).end();
    const send = (text: string) => {
      if (response.writableLength > maximumUnread) response.destroy();
      else response.write(text);
    };
    const stand = this.seats.take({
      request,
      caller,
      permission: streamPermission,
      end: () => response.end(),
    });
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
      { scope: { workspaceId: caller.workspaceId }, journeyId: params.id, version: query.version },
      { send: (text) => (open ? send(text) : waiting.push(text)), end: () => response.end() },
    );
    if (gone) return leave();
    response.writeHead(200, streamHeaders);
    response.write('retry: 2000\n\n');
    open = true;
    for (const text of waiting) send(text);
  }
}
