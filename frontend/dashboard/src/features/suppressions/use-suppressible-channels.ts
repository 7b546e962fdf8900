'use client';

import type { ChannelDefinition } from '@wend/contract';
import { useChannels } from '@/features/messages/channels';

/** Channels with addresses; devices come and go by themselves. */
export function useSuppressibleChannels(): ChannelDefinition[] {
  return useChannels().filter(({ address }) => address !== null && !address.devices);
}
