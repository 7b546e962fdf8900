import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { preferencesChange } from '@wend/contract';
import type { Preferences, PreferencesSaved } from '@wend/contract';
import type { Request, Response } from 'express';
import { readJsonBody } from '../events/index.js';
import { UserError } from '../platform/errors/index.js';
import { Access, parseInput } from '../platform/http/index.js';
import { channelNames } from './channel-words.js';
import { pageLanguage } from './page-words.js';
import { PreferencesService } from './preferences.service.js';
import type { Visitor } from './preferences.service.js';

/**
 * What the hosted page does, for a page of one's own: whoever has the signed link of a person reads and changes what they
 * want, and nothing else of them. Called from any origin.
 */
@Controller('/v1/preferences')
@Access('public')
export class PreferencesApiController {
  constructor(private readonly preferences: PreferencesService) {}

  @Get(':token')
  async read(
    @Param('token') token: string,
    @Query('language') language: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Preferences> {
    response.set({ 'Cache-Control': 'no-store' });
    return this.of(await this.visitor(token), { language, accepted: request.headers['accept-language'] });
  }

  @Post(':token')
  @HttpCode(200)
  async change(
    @Param('token') token: string,
    @Query('language') language: unknown,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<PreferencesSaved> {
    response.set({ 'Cache-Control': 'no-store' });
    const { consents, none, pause } = parseInput(preferencesChange, await readJsonBody(request));
    const visitor = await this.visitor(token);
    const given = { ip: request.ip };
    const changed = none
      ? await this.preferences.leaveAll(visitor, given)
      : await this.preferences.save(visitor, { choices: consents, ...given });
    if (pause !== undefined) await this.preferences.pause(visitor, { pause, ...given });
    return { ...(await this.of(visitor, { language, accepted: request.headers['accept-language'] })), changed };
  }

  private async visitor(token: string): Promise<Visitor> {
    const visitor = await this.preferences.visitor(token);
    if (visitor) return visitor;
    throw new UserError(
      'unknown-link',
      'This link isn’t valid: it may have been cut off, or the person or message no longer exists.',
      { status: 404 },
    );
  }

  private async of(
    visitor: Visitor,
    { language: asked, accepted }: { language: unknown; accepted: string | undefined },
  ): Promise<Preferences> {
    const wanted = typeof asked === 'string' && asked !== '' ? asked : undefined;
    const language = wanted ?? pageLanguage({ accepted, usual: visitor.language });
    const { channels, topics, pausedUntil } = await this.preferences.choices(visitor, language);
    return {
      workspace: visitor.workspace,
      language,
      channels,
      topics: topics.map(({ key, ...topic }) => ({
        ...topic,
        topic: key,
        channels: topic.channels.map((each) => ({ ...each, label: channelNames(each.channel, language).channel })),
      })),
      pausedUntil: pausedUntil?.toISOString() ?? null,
    };
  }
}
