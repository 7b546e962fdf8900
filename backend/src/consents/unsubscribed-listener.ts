import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { ConsentService } from './consent.service.js';
import { FeedbackListeners } from '../channels/index.js';

/** Whoever leaves at the provider (a link or header of its own) has left here. */
@Injectable()
export class UnsubscribedListener implements OnModuleInit {
  constructor(
    private readonly listeners: FeedbackListeners,
    private readonly consents: ConsentService,
  ) {}

  onModuleInit(): void {
    this.listeners.add({
      name: 'unsubscribed',
      kinds: ['unsubscribed'],
      take: async (scope, { message: heard, sql }) => {
        const message = heard && heard.origin !== 'test' && (await this.consents.ownerOf(scope, heard.id, sql));
        if (message) await this.consents.leaveAtProvider(scope, { sql, message });
      },
    });
  }
}
