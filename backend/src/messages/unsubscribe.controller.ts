import { Controller, Get, Param, Post, Res } from '@nestjs/common';
import type { Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { ConsentRepository } from './consent.repository.js';
import type { MessageOwner } from './consent.repository.js';

/** Leaving a channel from a message. Mail scanners follow links, so a GET only asks; the POST (RFC 8058, and the button) acts. */
@Controller('/t/u')
export class UnsubscribeController {
  constructor(
    private readonly links: TrackingLinks,
    private readonly consents: ConsentRepository,
  ) {}

  @Get(':token')
  @Access('public')
  async ask(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const found = await this.find(token);
    if (!found) return invalid(response);
    page(response, { title: 'Unsubscribe', body: `<p>Stop e-mails from <b>${escaped(found.owner.workspace_name)}</b> to this address?</p><form method="post"><button type="submit">Unsubscribe</button></form>` });
  }

  @Post(':token')
  @Access('public')
  async leave(@Param('token') token: string, @Res() response: Response): Promise<void> {
    const found = await this.find(token);
    if (!found) return invalid(response);
    const { owner, workspaceId } = found;
    // A test run has no effect outside: its person may be a real one.
    if (owner.origin !== 'test') await this.consents.unsubscribe({ workspaceId }, { profileId: owner.profile_id, channel: owner.channel });
    const words = owner.origin === 'test' ? 'This is the message of a test run: nothing was changed.' : `You get no more e-mails from <b>${escaped(owner.workspace_name)}</b>.`;
    page(response, { title: 'Unsubscribed', body: `<p>${words}</p>` });
  }

  private async find(token: string): Promise<{ owner: MessageOwner; workspaceId: string } | null> {
    const message = this.links.readUnsubscribe(token);
    const owner = message && (await this.consents.ownerOf({ workspaceId: message.workspaceId }, message.messageId));
    return message && owner && { owner, workspaceId: message.workspaceId };
  }
}

const style = 'body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:18vh auto 0;padding:0 1.5rem;color:#1c1d1a;background:#f8f8f6;color-scheme:light dark}button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border:0;border-radius:.5rem;background:#1f6f54;color:#fff;cursor:pointer}@media (prefers-color-scheme:dark){body{color:#ecece6;background:#161714}}';

function page(response: Response, { title, body, status = 200 }: { title: string; body: string; status?: number }): void {
  response
    .status(status)
    .type('text/html; charset=utf-8')
    .set({ 'Cache-Control': 'no-store', 'Content-Security-Policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'self'", 'X-Robots-Tag': 'noindex' })
    .send(`<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`);
}

function invalid(response: Response): void {
  page(response, { title: 'This link is not valid', body: '<p>It was changed or cut off on its way, or its message does not exist any more. Open the message again and use its link.</p>', status: 400 });
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
