import { Controller, Get, Headers, Param, Post, Res } from '@nestjs/common';
import { channelOf } from '@wend/contract';
import type { Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { Access } from '../platform/http/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { ConsentService } from './consent.service.js';
import type { MessageOwner } from './consent.repository.js';
import { unsubscribeWords } from './unsubscribe-words.js';

/**
 * Leaving a channel from a message. Mail scanners follow links, so a GET only asks; the POST (RFC 8058, and the button)
 * acts.
 */
@Controller('/t/u')
export class UnsubscribeController {
  constructor(
    private readonly links: TrackingLinks,
    private readonly consents: ConsentService,
  ) {}

  @Get(':token')
  @Access('public')
  async ask(
    @Param('token') token: string,
    @Headers('accept-language') accepted: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const found = await this.find(token);
    const { language, words } = unsubscribeWords(accepted);
    if (!found) return invalid(response, accepted);
    page(response, {
      language,
      title: words.title,
      body: `<p>${named(words.question, found.owner)}</p><form method="post"><button type="submit">${words.button}</button></form>`,
    });
  }

  /** Nobody is signed in and no cookie is looked at: the address names message, person and channel, and is signed. */
  @Post(':token')
  @Access('public')
  async leave(
    @Param('token') token: string,
    @Headers('accept-language') accepted: string | undefined,
    @Res() response: Response,
  ): Promise<void> {
    const found = await this.find(token);
    const { language, words } = unsubscribeWords(accepted);
    if (!found) return invalid(response, accepted);
    const { owner, workspaceId } = found;
    // A test run has no effect outside: its person may be a real one.
    if (owner.origin !== 'test') await this.consents.leave({ workspaceId }, owner);
    const done = owner.origin === 'test' ? words.testRun : named(words.done, owner);
    page(response, { language, title: words.doneTitle, body: `<p>${done}</p>` });
  }

  private async find(token: string): Promise<{ owner: MessageOwner; workspaceId: string } | null> {
    const message = this.links.readUnsubscribe(token);
    const owner = message && (await this.consents.ownerOf({ workspaceId: message.workspaceId }, message.messageId));
    return message && owner && { owner, workspaceId: message.workspaceId };
  }
}

const style =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:26rem;margin:18vh auto 0;padding:0 1.5rem;color:#1c1d1a;background:#f8f8f6;color-scheme:light dark}button{font:inherit;font-weight:600;padding:.6rem 1.1rem;border:0;border-radius:.5rem;background:#1f6f54;color:#fff;cursor:pointer}@media (prefers-color-scheme:dark){body{color:#ecece6;background:#161714}}';

function page(
  response: Response,
  { language, title, body, status = 200 }: { language: string; title: string; body: string; status?: number },
): void {
  response
    .status(status)
    .type('text/html; charset=utf-8')
    .set({
      'Cache-Control': 'no-store',
      'Content-Security-Policy':
        "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; form-action 'self'",
      'X-Robots-Tag': 'noindex',
    })
    .send(
      `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title><style>${style}</style></head><body><main><h1>${title}</h1>${body}</main></body></html>`,
    );
}

function invalid(response: Response, accepted: string | undefined): void {
  const { language, words } = unsubscribeWords(accepted);
  page(response, { language, title: words.invalidTitle, body: `<p>${words.invalid}</p>`, status: 400 });
}

/** In one go: a workspace may be called “{channel}”. */
function named(text: string, { channel, workspace_name: workspace }: MessageOwner): string {
  const { label, plural } = channelOf(channel);
  const names: Record<string, string> = {
    workspace: `<b>${escapeHtml(workspace)}</b>`,
    channel: escapeHtml(label),
    channels: escapeHtml(plural),
  };
  return text.replace(/\{(workspace|channels?)\}/g, (_, name: string) => names[name]!);
}
