import { Controller, Get, Req } from '@nestjs/common';
import { deviceKinds } from '@wend/contract';
import type { WebPushKey } from '@wend/contract';
import type { Request } from 'express';
import { ChannelsService } from '../channels/index.js';
import { UserError } from '../platform/errors/index.js';
import { Access } from '../platform/http/index.js';
import { WriteKeys } from './write-keys.js';

/**
 * The key that pages subscribe browsers with, for whoever has the write key. It is as public as the page; which one it is
 * may change, and browsers that subscribed with another go on getting messages.
 */
@Controller('v1/webpush')
@Access('public')
export class WebPushKeyController {
  constructor(
    private readonly keys: WriteKeys,
    private readonly channels: ChannelsService,
  ) {}

  @Get('key')
  async key(@Req() request: Request): Promise<WebPushKey> {
    const scope = await this.keys.scopeOf(request);
    const { publicKey } = await this.channels.settingsForDevices(scope, deviceKinds.browser);
    if (typeof publicKey !== 'string' || publicKey === '')
      throw new UserError(
        'no-web-push',
        'Web push is not set up in this workspace. Set it up under Settings, Channels, Web push: the keys are made there.',
        { status: 404 },
      );
    return { publicKey };
  }
}
