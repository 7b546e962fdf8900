import { Controller, HttpCode, Options, Param, Post, Req, Res } from '@nestjs/common';
import { isObject } from '@wend/contract';
import type { Request, Response } from 'express';
import { TrackingLinks } from '../content/index.js';
import { readJsonBody } from '../events/index.js';
import { UserError } from '../platform/errors/index.js';
import { Access } from '../platform/http/index.js';
import { storableText } from '../platform/text/index.js';
import { HitsService } from './hits.service.js';
import { OutcomesService } from './outcomes.service.js';

const longestLink = 2_000;

/**
 * What apps and browsers say of a notification that they got, at the signed address that came with it: `shown`,
 * `clicked` (with the link that was opened, or the button), `closed`. Nobody else knows that address, so a person did
 * what is told. Answered once it is stored; saying it twice changes nothing.
 */
@Controller('/t/p')
export class ReportsController {
  constructor(
    private readonly links: TrackingLinks,
    private readonly hits: HitsService,
    private readonly outcomes: OutcomesService,
  ) {}

  @Options(':token')
  @Access('public')
  @HttpCode(204)
  preflight(@Res({ passthrough: true }) response: Response): void {
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'POST, OPTIONS',
      'Access-Control-Allow-Headers': 'content-type',
      'Access-Control-Max-Age': '86400',
    });
  }

  @Post(':token')
  @Access('public')
  @HttpCode(204)
  async report(
    @Param('token') token: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<void> {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'no-store' });
    const message = this.links.readReport(token);
    if (!message)
      throw new UserError(
        'unknown-message',
        'This address isn’t valid: it may have been cut off. Send the report to the address that came with the notification.',
        { status: 404 },
      );
    const body = await readJsonBody(request);
    const { kind, link, action } = isObject(body) ? body : {};
    if (kind === 'shown') await this.outcomes.record({ ...message, to: 'delivered' });
    else if (kind === 'clicked')
      await this.hits.take(message, {
        kind: 'clicked',
        url: shortText(link) ?? shortText(action),
        sign: null,
        address: null,
      });
    else if (kind !== 'closed')
      throw new UserError('invalid-report', 'The report can’t be used; see "errors".', {
        errors: [{ path: 'kind', message: 'must be shown, clicked or closed' }],
      });
  }
}

function shortText(value: unknown): string | null {
  return typeof value === 'string' && value !== '' && value.length <= longestLink ? storableText(value) : null;
}
