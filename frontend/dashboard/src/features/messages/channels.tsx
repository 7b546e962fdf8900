import type { Channel } from '@wend/contract';
import { Bell, Globe, Mail, MessageSquare, Webhook } from 'lucide-react';
import { IconTile } from '@/components/ui/icon-tile';

export const channelLabels: Record<Channel, string> = { email: 'E-mail', sms: 'SMS', push: 'Push', webpush: 'Web push', webhook: 'Webhook' };
const icons = { email: Mail, sms: MessageSquare, push: Bell, webpush: Globe, webhook: Webhook } as const;

export function ChannelIcon({ channel, size = 15 }: { channel: Channel; size?: number }) {
  const Icon = icons[channel];
  return <Icon size={size} strokeWidth={1.75} aria-hidden />;
}

export function ChannelTile({ channel }: { channel: Channel }) {
  return <IconTile category="message"><ChannelIcon channel={channel} /></IconTile>;
}
