import { Module } from '@nestjs/common';
import { FeedbackListeners } from './feedback-listeners.js';

/** Lets modules hear what providers tell: they import this and add their listeners when they start. */
@Module({ providers: [FeedbackListeners], exports: [FeedbackListeners] })
export class FeedbackListenersModule {}
