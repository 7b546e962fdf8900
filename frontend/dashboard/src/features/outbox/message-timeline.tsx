import type { MessageDetail, MessageStatus } from '@wend/contract';
import { messageEventLabel } from '@/components/ui/status-badge';
import { cx } from '@/lib/cx';
import { exactTime, shortTime } from '@/lib/time';
import { reasonWords } from '@/features/messages/reasons';

const dots: Partial<Record<MessageStatus | 'retry', string>> = { opened: 'bg-good', clicked: 'bg-good', delivered: 'bg-message', sent: 'bg-message', failed: 'bg-bad', bounced: 'bg-bad', suppressed: 'bg-warn', unknown: 'bg-warn', retry: 'bg-warn' };

/** All states a message went through, with the time of each. */
export function MessageTimeline({ message }: { message: MessageDetail }) {
  const first = message.events[0];
  const events = first?.status === 'queued' ? message.events : [{ status: 'queued', at: message.queuedAt, detail: null }, ...message.events];
  return (
    <div>
      <h2 className="mb-2 text-sm">What became of it</h2>
      <ol className="relative">
        {events.map((event, index) => (
          <li key={index} className="relative flex gap-3 pb-3 last:pb-0">
            {index < events.length - 1 ? <span aria-hidden className="absolute top-3 bottom-[-5px] left-[3.5px] w-px bg-line-strong" /> : null}
            <span aria-hidden className={cx('relative mt-[5px] size-2 shrink-0 rounded-full', dots[event.status as MessageStatus] ?? 'bg-control')} />
            <div className="min-w-0 flex-1">
              <p className="flex justify-between gap-2"><span className="font-medium">{messageEventLabel(event.status)}</span><time dateTime={event.at} title={exactTime(event.at)} className="font-mono text-xs text-muted" suppressHydrationWarning>{shortTime({ at: event.at })}</time></p>
              {event.detail ? <p className="text-xs break-words text-muted">{reasonWords(event.detail)}</p> : null}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}
