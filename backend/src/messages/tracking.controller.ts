import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ShortLinks } from '../channels/index.js';
import { TrackingLinks, asciiAddress } from '../content/index.js';
import type { TrackedMessage } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { logger } from '../platform/logging/index.js';
import { HitsService } from './hits.service.js';
import { MachineNetworks } from './machine-networks.js';
import { machineSign } from './machine-signs.js';

/** A transparent GIF of one pixel. */
const pixel = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');

/** Where links and pixels in mails lead. Nobody is signed in here: the signature in the address is what counts. */
@Controller()
export class TrackingController {
  constructor(
    private readonly links: TrackingLinks,
    private readonly hits: HitsService,
    private readonly shortLinks: ShortLinks,
    private readonly networks: MachineNetworks,
  ) {}

  @Get('/t/o/:file')
  @Access('public')
  async open(@Param('file') file: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const message = file.endsWith('.gif') ? this.links.readOpen(file.slice(0, -'.gif'.length)) : null;
    if (!message) return refuse(response);
    await this.record(message, { kind: 'opened', url: null, request });
    response
      .status(200)
      .set({
        'Content-Type': 'image/gif',
        'Cache-Control': 'no-store, private',
        'Cross-Origin-Resource-Policy': 'cross-origin',
      })
      .send(pixel);
  }

  @Get('/t/c/:token')
  @Access('public')
  async click(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.lead(this.links.readClick(token), { request, response });
  }

  /** A link of a text message, which is short. */
  @Get('/s/:code')
  @Access('public')
  async follow(@Param('code') code: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.lead(await this.shortLinks.find(code), { request, response });
  }

  private async lead(
    link: (TrackedMessage & { url: string }) | null,
    { request, response }: { request: Request; response: Response },
  ): Promise<void> {
    const location = link && asciiAddress(link.url);
    if (!link || location === null) return refuse(response);
    // To leave is no click on what was offered.
    if (!this.links.isOwn(link.url)) await this.record(link, { kind: 'clicked', url: link.url, request });
    // Not through Express, which would encode it once more.
    response.writeHead(302, { Location: location, 'Cache-Control': 'no-store, private' }).end();
  }

  /** A link that no person sees: whoever follows it is a program. */
  @Get('/t/h/:token')
  @Access('public')
  async trap(@Param('token') token: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    const message = this.links.readTrap(token);
    if (!message) return refuse(response);
    await this.record(message, { kind: 'trap', url: null, request });
    response.status(204).set({ 'Cache-Control': 'no-store, private', 'X-Robots-Tag': 'noindex, nofollow' }).end();
  }

  /** Whoever clicks gets to where the link leads, even when the click cannot be stored. */
  private async record(
    message: TrackedMessage,
    { kind, url, request }: { kind: 'opened' | 'clicked' | 'trap'; url: string | null; request: Request },
  ): Promise<void> {
    try {
      await this.hits.take(message, {
        kind,
        url,
        sign: machineSign({
          kind,
          method: request.method,
          headers: request.headers,
          address: request.ip,
          networks: this.networks,
        }),
        address: request.ip ?? null,
      });
    } catch (error) {
      logger.error({ error, messageId: message.messageId }, 'an opening or click could not be stored');
    }
  }
}

function refuse(response: Response): void {
  response
    .status(400)
    .type('text/plain; charset=utf-8')
    .set('Cache-Control', 'no-store')
    .send('This link isn’t valid: it may have been cut off. Open the message again and use its link.');
}
