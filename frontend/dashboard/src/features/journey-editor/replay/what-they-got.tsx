'use client';

import type { MessageDetail } from '@wend/contract';
import { messageEventLabel, MessageStatusBadge } from '@/components/ui/status-badge';
import { MessagePreview } from '@/features/messages/preview/message-preview';
import { formatTime } from '../runs/format';

/** A message as it came out, and what became of it. Its links can be opened in a test run, where that is how one tries what a click does; a real person's clicks are theirs. */
export function WhatTheyGot({ message, zone }: { message: MessageDetail; zone: string | null }) {
  return (
    <div>
      {message.content
        ? <MessagePreview channel={message.channel} content={message.content} to={message.to} at={message.sentAt ?? message.queuedAt} links={message.origin === 'test'} height={220} compact />
        : <p className="rounded-lg bg-canvas p-3 text-muted">{message.status === 'queued' || message.status === 'sending' ? 'It is being prepared.' : 'Nothing was rendered.'}</p>}
      <div className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted tabular-nums">
        <MessageStatusBadge status={message.status} />
        <span>{message.events.map((event) => `${messageEventLabel(event.status).toLowerCase()} ${formatTime(event.at, { style: 'day-seconds', zone })}`).join(' · ') || `queued ${formatTime(message.queuedAt, { style: 'day-seconds', zone })}`}</span>
      </div>
      {message.reason || message.error ? <p className="mt-1 text-xs text-bad">{[message.reason, message.error].filter(Boolean).join(': ')}</p> : null}
    </div>
  );
}
