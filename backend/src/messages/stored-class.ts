import type { MessageClass } from '@wend/contract';

/** What `messages.message_class` says: nothing for marketing, as most messages are. */
export function storedClass(messageClass: MessageClass): MessageClass | null {
  return messageClass === 'marketing' ? null : messageClass;
}
