'use client';

import { channelOf } from '@wend/contract/plain';
import type { Connection } from '@wend/contract';
import { BounceMailboxPanel } from './bounce-mailbox';
import { DnsCheck } from './dns-check';
import { WarmUpPanel } from './warm-up';

type SendingPanelsProps = { connection: Pick<Connection, 'id' | 'settings'>; channel: string };

/** What a connection that reaches addresses has beside its provider's settings. */
export function SendingPanels({ connection: { id, settings }, channel }: SendingPanelsProps) {
  const { address, ownDomain } = channelOf(channel);
  if (!address || address.devices) return null;
  const from = settings['from'];
  const domain = typeof from === 'string' ? /@([^\s@<>]+)>?\s*$/.exec(from)?.[1] : undefined;
  return (
    <>
      {ownDomain ? (
        <>
          <DnsCheck connectionId={id} domain={domain ?? ''} />
          <BounceMailboxPanel connectionId={id} />
        </>
      ) : null}
      <WarmUpPanel connectionId={id} />
    </>
  );
}
