import type { MessageDetail } from '@wend/contract';

const reached = new Set(['sent', 'delivered', 'opened', 'clicked']);

/**
 * What a member may do as the receiver: only with messages of the sandbox that arrived. In an e-mail one clicks its own links;
 * an SMS cannot tell that it was opened, and a push can be clicked once.
 */
export function availableActions({ provider, status, channel, content }: Pick<MessageDetail, 'provider' | 'status' | 'channel' | 'content'>): ('open' | 'click')[] {
  if (provider !== 'sandbox' || !reached.has(status)) return [];
  const open = status === 'sent' || status === 'delivered';
  switch (channel) {
    case 'email': return open ? ['open'] : [];
    case 'push':
    case 'webpush': return [...(open ? (['open'] as const) : []), ...(status === 'clicked' ? [] : (['click'] as const))];
    case 'sms': return status !== 'clicked' && /https?:\/\//.test(String(content?.['text'] ?? '')) ? ['click'] : [];
    case 'webhook': return [];
  }
}
