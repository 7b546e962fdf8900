import type { MessageDetail, MessageStatus } from '@wend/contract';
import { messageStatus } from '@wend/contract';
import { messageStatusLabel } from '@/components/ui/status-badge';
import { RelativeTime } from '@/components/ui/relative-time';
import { cx } from '@/lib/cx';
import { shortTime } from '@/lib/time';
import { reasonWords } from '@/features/messages/reasons';

const dots: Partial<Record<MessageStatus, string>> = { opened: 'bg-good', clicked: 'bg-good', delivered: 'bg-message', sent: 'bg-message', failed: 'bg-bad', bounced: 'bg-bad', suppressed: 'bg-warn', unknown: 'bg-warn' };

function statusWords(status: string): string {
  const known = messageStatus.safeParse(status);
  return known.success ? messageStatusLabel(known.data) : status;
}

/** All states a message went through, with the time of each. */
export function MessageTimeline({ message }: { message: MessageDetail }) {
  return (
    <div>
      <h2 className="mb-2 text-sm">What became of it</h2>
      <ol className="relative">
        {message.events.map((event, index) => (
          <li key={index} className="relative flex gap-3 pb-3 last:pb-0">
            {index < message.events.length - 1 ? <span aria-hidden className="absolute top-3 bottom-[-5px] left-[3.5px] w-px bg-line-strong" /> : null}
            <span aria-hidden className={cx('relative mt-[5px] size-2 shrink-0 rounded-full', dots[event.status as MessageStatus] ?? 'bg-control')} />
            <div className="min-w-0 flex-1">
              <p className="flex justify-between gap-2"><span className="font-medium">{statusWords(event.status)}</span><time dateTime={event.at} className="font-mono text-xs text-muted" suppressHydrationWarning>{shortTime({ at: event.at })}</time></p>
              {event.detail ? <p className="text-xs break-words text-muted">{reasonWords(event.detail)}</p> : null}
            </div>
          </li>
        ))}
      </ol>
      {message.events.length === 0 ? <p className="text-muted">Queued <RelativeTime at={message.queuedAt} />.</p> : null}
    </div>
  );
}
