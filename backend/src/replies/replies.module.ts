import { Module } from '@nestjs/common';
import { ChannelsModule, FeedbackListenersModule } from '../channels/index.js';
import { ConsentsModule } from '../consents/index.js';
import { EventsModule } from '../events/index.js';
import { ProfilesModule } from '../profiles/index.js';
import { InboundTexts } from './inbound-texts.js';
import { RepliesController } from './replies.controller.js';
import { ReplyAnswers } from './reply-answers.js';
import { ReplyRepository } from './reply.repository.js';

/** Hears what people write back, and answers it. */
@Module({
  imports: [ChannelsModule, ConsentsModule, EventsModule, FeedbackListenersModule, ProfilesModule],
  providers: [InboundTexts, ReplyAnswers, ReplyRepository],
  exports: [ReplyAnswers, ReplyRepository],
})
export class RepliesModule {}

/** The same with the routes under Settings, for the api process. Needs `AccessModule`. */
@Module({ imports: [RepliesModule], controllers: [RepliesController] })
export class RepliesApiModule {}
