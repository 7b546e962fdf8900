import { Controller, Get, Post, Req, Res } from '@nestjs/common';
import { longestApprovalNote } from '@wend/contract';
import type { Request, Response } from 'express';
import { pageLanguage, readForm, sendPage } from '../consents/index.js';
import { Access } from '../platform/http/index.js';
import { escapeHtml } from '../platform/text/index.js';
import { ApprovalLinks } from './approval-links.js';
import { pageOf } from './approval-page.js';
import { ApprovalsService } from './approvals.service.js';
import { MailRepository } from './mail.repository.js';
import type { Invited } from './mail.repository.js';
import { approvalWords } from './words.js';

type Asked = { scope: { workspaceId: string }; mailId: string; invited: Invited };

/**
 * Answering by the link of an email. Nobody is signed in and no cookie is looked at: the address is signed for one person
 * and one question. Mail scanners follow links, so a GET only shows; the POST of a button answers.
 */
@Controller('/t/a')
export class ApprovalPageController {
  constructor(
    private readonly links: ApprovalLinks,
    private readonly mails: MailRepository,
    private readonly approvals: ApprovalsService,
  ) {}

  @Get(':token')
  @Access('public')
  async show(@Req() request: Request, @Res() response: Response): Promise<void> {
    this.send(request, response, { asked: await this.asked(request) });
  }

  @Post(':token')
  @Access('public')
  async answer(@Req() request: Request, @Res() response: Response): Promise<void> {
    const form = await readForm(request);
    const asked = await this.asked(request);
    if (!asked) return this.send(request, response, { asked });
    // Line ends of forms count twice.
    const note = (form.get('note') ?? '').replaceAll('\r\n', '\n').trim().slice(0, longestApprovalNote);
    const became = await this.approvals.answer(asked.scope, {
      id: asked.invited.approvalId,
      choice: form.get('choice') ?? '',
      note,
      by: asked.invited.name ?? '',
      via: 'link',
    });
    if (became === 'no-such-choice') return this.send(request, response, { asked, again: { note }, status: 422 });
    const invited = await this.mails.invited(asked.scope, asked.mailId);
    this.send(request, response, { asked: invited && { ...asked, invited }, own: became === 'answered' });
  }

  /** Null for a link that was not made here, whose question is gone, or whose member has left the workspace. */
  private async asked(request: Request): Promise<Asked | null> {
    const link = this.links.read(String(request.params['token']));
    if (!link) return null;
    const scope = { workspaceId: link.workspaceId };
    const invited = await this.mails.invited(scope, link.mailId);
    return invited?.name && invited.state !== 'new' ? { scope, mailId: link.mailId, invited } : null;
  }

  private send(
    request: Request,
    response: Response,
    {
      asked,
      own = false,
      again,
      status,
    }: { asked: Asked | null; own?: boolean; again?: { note: string }; status?: number },
  ): void {
    const { lang } = request.query;
    const language = pageLanguage({
      asked: typeof lang === 'string' ? lang : undefined,
      accepted: request.headers['accept-language'],
      usual: asked?.invited.language,
    });
    if (!asked) {
      const words = approvalWords(language);
      const body = `<p>${escapeHtml(words.invalid)}</p>`;
      return sendPage(response, { language, title: words.invalidTitle, body, status: 400 });
    }
    const { brand, workspace } = asked.invited;
    const shown = pageOf(asked.invited, { language, own, ...(again && { again }) });
    sendPage(response, { ...shown, language, brand, name: workspace, ...(status !== undefined && { status }) });
  }
}
