import { messageStatuses } from '@wend/contract/plain';
import type { Translator } from '@/i18n/translator';

type MessageHappening = { event: string; by?: 'person' | 'machine' };

/** What happened to a message, in words: its states, and what leaves the state as it is. */
export function messageEventLabel(
  t: Translator<'common.statusBadge'>,
  { event, by = 'person' }: MessageHappening,
): string {
  if (by === 'machine') return event === 'opened' || event === 'clicked' ? t(`machine.${event}`) : event;
  if (event === 'retry' || event === 'complained' || event === 'held') return t(event);
  const status = messageStatuses.find((each) => each === event);
  return status ? t(`message.${status}`) : event;
}
