'use client';

import { useQuery } from '@tanstack/react-query';
import { addChannels, api, channelOf, knownChannels } from '@wend/contract/plain';
import type { Channel, ChannelDefinition } from '@wend/contract';
import {
  AtSign,
  Bell,
  Globe,
  Mail,
  MessageCircle,
  MessageSquare,
  Phone,
  Send,
  Smartphone,
  Webhook,
} from 'lucide-react';
import type { LucideIcon } from 'lucide-react';
import { IconTile } from '@/components/ui/icon-tile';
import { call } from '@/lib/api-client';

export const channelsKey = ['channels'] as const;
const freshMs = 300_000;

/** Every channel and where its messages go; what packages have brought is known from then on. */
export function useChannelStates() {
  return useQuery({
    queryKey: channelsKey,
    staleTime: freshMs,
    queryFn: async ({ signal }) => {
      const answer = await call(api.channels, { signal });
      addChannels(answer.items.map(({ definition }) => definition));
      return answer;
    },
  });
}

/** Every channel: those of this build at once, those of packages a moment later. */
export function useChannels(): ChannelDefinition[] {
  useChannelStates();
  return knownChannels();
}

/** The icons that a definition may name, by their Lucide names; any other is drawn as a paper plane. */
const icons: Record<string, LucideIcon> = {
  'at-sign': AtSign,
  bell: Bell,
  globe: Globe,
  mail: Mail,
  'message-circle': MessageCircle,
  'message-square': MessageSquare,
  phone: Phone,
  send: Send,
  smartphone: Smartphone,
  webhook: Webhook,
};

export function ChannelIcon({ channel, size = 15 }: { channel: Channel; size?: number }) {
  const Icon = icons[channelOf(channel).icon] ?? Send;
  return <Icon size={size} strokeWidth={1.75} aria-hidden />;
}

export function ChannelTile({ channel }: { channel: Channel }) {
  return (
    <IconTile category="message">
      <ChannelIcon channel={channel} />
    </IconTile>
  );
}
