import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import type { TrackedMessage } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { OutcomesService } from './outcomes.service.js';

/** A transparent GIF of one pixel. */
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Where links and pixels in mails lead. Nobody is signed in here: the signature in the address is what counts. */
@Controller()
export class TrackingController {
  constructor(
    private readonly links: TrackingLinks,
    private readonly outcomes: OutcomesService,
  ) {}

  @Get('/t/o/:file')
  @Access('public')
  async open(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const message = file.endsWith('.gif') ? this.links.readOpen(file.slice(0, -'.gif'.length)) : null;
    if (!message) return refuse(response);
    if (request.method === 'GET') await this.record(message, { to: 'opened' });
    response.status(200).set({ 'Content-Type': 'image/gif', 'Cache-Control': 'no-store, private', 'Cross-Origin-Resource-Policy': 'cross-origin' }).send(pixel);
  }

  @Get('/t/c/:token')
  @Access('public')
  async click(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const link = this.links.readClick(token);
    if (!link) return refuse(response);
    // Mail scanners ask with HEAD: that is nobody's click.
    if (request.method === 'GET') await this.record(link, { to: 'clicked', url: link.url });
    response.status(302).set({ Location: link.url, 'Cache-Control': 'no-store, private' }).send();
  }

  /** Whoever clicks gets to where the link leads, even when the click cannot be stored. */
  private async record(message: TrackedMessage, outcome: { to: 'opened' | 'clicked'; url?: string }): Promise<void> {
    try {
      await this.outcomes.record({ workspaceId: message.workspaceId, messageId: message.messageId, ...outcome });
    } catch (error) {
      logger.error({ error, messageId: message.messageId }, 'an opening or click could not be stored');
    }
  }
}

function refuse(response: Response): void {
  response.status(400).type('text/plain; charset=utf-8').set('Cache-Control', 'no-store').send('This link is not valid: it was changed or cut off on its way. Open the message again and use its link.');
}
