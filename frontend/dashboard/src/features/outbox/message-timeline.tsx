import type { MessageDetail, MessageStatus } from '@wend/contract';
import { useTranslations } from 'next-intl';
import { cx } from '@/lib/cx';
import { exactTimes, shortTime } from '@/lib/time';
import { messageEventLabel } from '@/features/messages/event-words';
import { reasonWords } from '@/features/messages/reasons';

const dots: Partial<Record<MessageStatus | 'retry', string>> = {
  opened: 'bg-good',
  clicked: 'bg-good',
  delivered: 'bg-message',
  sent: 'bg-message',
  failed: 'bg-bad',
  bounced: 'bg-bad',
  suppressed: 'bg-warn',
  unknown: 'bg-warn',
  retry: 'bg-warn',
};

const neverAttempted = { sign: null, attempt: null, provider: null, connection: null, answer: null };

/** All states a message went through, with the time of each. */
export function MessageTimeline({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.messageTimeline');
  const time = useTranslations('common.time');
  const badge = useTranslations('common.statusBadge');
  const reasons = useTranslations('messages.reasons');
  const first = message.events[0];
  const events =
    first?.status === 'queued'
      ? message.events
      : [
          { ...neverAttempted, status: 'queued', at: message.queuedAt, detail: null, by: 'person' as const },
          ...message.events,
        ];
  return (
    <div>
      <h2 className="mb-2 text-sm">{t('history')}</h2>
      <ol className="relative">
        {events.map((event, index) => (
          <li key={index} className="relative flex gap-3 pb-3 last:pb-0">
            {index < events.length - 1 ? (
              <span aria-hidden className="absolute top-3 bottom-[-5px] left-[3.5px] w-px bg-line-strong" />
            ) : null}
            <span
              aria-hidden
              className={cx(
                'relative mt-[5px] size-2 shrink-0 rounded-full',
                event.by === 'machine' ? 'bg-control' : (dots[event.status as MessageStatus] ?? 'bg-control'),
              )}
            />
            <div className="min-w-0 flex-1">
              <p className="flex justify-between gap-2">
                <span className={event.by === 'machine' ? 'text-muted' : 'font-medium'}>
                  {messageEventLabel(badge, { event: event.status, by: event.by })}
                </span>
                <time
                  dateTime={event.at}
                  title={exactTimes(time, { at: event.at, zone: message.profile.timeZone })}
                  className="font-mono text-xs text-muted"
                  suppressHydrationWarning
                >
                  {shortTime({ at: event.at })}
                </time>
              </p>
              <Attempt event={event} />
              {event.by === 'machine' ? (
                <p className="text-xs text-muted">
                  {t(`signs.${event.sign ?? 'unknown'}`)} {t('notCounted')}
                </p>
              ) : null}
              {event.detail ? (
                <p className="text-xs break-words text-muted">{reasonWords(reasons, event.detail)}</p>
              ) : null}
              {event.answer !== null ? (
                <details className="mt-1 text-xs">
                  <summary className="cursor-pointer text-muted hover:text-ink">{t('answer')}</summary>
                  <pre
                    tabIndex={0}
                    className="mt-1 max-h-48 overflow-auto rounded-md bg-canvas p-2 font-mono text-2xs break-words whitespace-pre-wrap"
                  >
                    {event.answer}
                  </pre>
                </details>
              ) : null}
            </div>
          </li>
        ))}
      </ol>
    </div>
  );
}

/** Which attempt it was, and who was asked. */
function Attempt({ event: { attempt, connection, provider } }: { event: MessageDetail['events'][number] }) {
  const t = useTranslations('outbox.messageTimeline');
  const name = connection?.name ?? provider;
  const words = [
    attempt === null ? null : t('attempt', { number: attempt }),
    name === null ? null : t('through', { name }),
  ].filter((each) => each !== null);
  return words.length > 0 ? <p className="text-xs text-muted">{words.join(' ')}</p> : null;
}
