'use client';

import type { MessageDetail } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { MessageStatusBadge } from '@/components/ui/status-badge';
import { messageEventLabel } from '@/features/messages/event-words';
import { MessagePreview } from '@/features/messages/preview/message-preview';
import { reasonWords } from '@/features/messages/reasons';
import { WhyMessage, hasWhy, rulingOn } from '@/features/messages/why-message';
import { formatTime, hoverTime } from '../runs/format';

/**
 * A message as it came out, and what became of it. Its links can be opened in a test run, where that is how one tries
 * what a click does; a real person's clicks are theirs.
 */
export function WhatTheyGot({ message, their }: { message: MessageDetail; their: string | null }) {
  const t = useTranslations('editor-replay.whatTheyGot');
  const badge = useTranslations('common.statusBadge');
  const reasons = useTranslations('messages.reasons');
  const time = useTranslations('common.time');
  // What machines did is in the Outbox; it moved nothing.
  const states = message.events.filter((event) => event.by === 'person');
  const shown = states.length > 0 ? states : [{ status: 'queued', at: message.queuedAt }];
  const ruled = rulingOn(message);
  return (
    <div>
      {message.content ? (
        <MessagePreview
          channel={message.channel}
          content={message.content}
          to={message.to}
          at={message.sentAt ?? message.queuedAt}
          links={message.origin === 'test'}
          height={220}
          compact
        />
      ) : (
        <p className="rounded-lg bg-canvas p-3 text-muted">
          {message.status === 'queued' || message.status === 'sending' ? t('preparing') : t('notRendered')}
        </p>
      )}
      <div className="mt-2 flex flex-wrap items-center gap-x-2 gap-y-1 text-xs text-muted tabular-nums">
        <MessageStatusBadge status={message.status} />
        <span>
          {shown.map((event, index) => (
            <span
              key={index}
              title={hoverTime(time, { at: event.at, their })}
            >{`${index > 0 ? ' · ' : ''}${messageEventLabel(badge, { event: event.status }).toLowerCase()} ${formatTime(event.at, { style: 'day-seconds' })}`}</span>
          ))}
        </span>
      </div>
      {(message.reason && !ruled) || message.error ? (
        <p className="mt-1 text-xs text-bad">
          {[message.reason && !ruled ? reasonWords(reasons, message.reason) : null, message.error]
            .filter(Boolean)
            .join(' ')}
        </p>
      ) : null}
      {ruled ? <p className="mt-1 text-xs text-warn">{ruled.says}</p> : null}
      {hasWhy(message) ? <WhyMessage message={message} /> : null}
    </div>
  );
}
