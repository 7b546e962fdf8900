import { channelOf } from '@wend/contract/plain';
import type { MessageDetail } from '@wend/contract';

const reached = new Set(['sent', 'delivered', 'opened', 'clicked']);

/** What a member may do as the receiver: only with messages of the sandbox that arrived, as their channel has it. */
export function availableActions({
  provider,
  status,
  channel,
  content,
}: Pick<MessageDetail, 'provider' | 'status' | 'channel' | 'content'>): ('open' | 'click')[] {
  if (provider !== 'sandbox' || !reached.has(status)) return [];
  const { opens, clicks } = channelOf(channel).receiver;
  const open = opens && (status === 'sent' || status === 'delivered');
  const click =
    status !== 'clicked' &&
    (clicks === 'anywhere' || (clicks === 'link' && /https?:\/\//.test(String(content?.['text'] ?? ''))));
  return [...(open ? (['open'] as const) : []), ...(click ? (['click'] as const) : [])];
}
