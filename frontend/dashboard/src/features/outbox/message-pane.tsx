'use client';

import { useQuery } from '@tanstack/react-query';
import { api, channelOf } from '@wend/contract/plain';
import type { MessageDetail } from '@wend/contract';
import { ArrowLeft } from 'lucide-react';
import { useTranslations } from 'next-intl';
import Link from 'next/link';
import type { ReactNode } from 'react';
import { RelativeTime } from '@/components/ui/relative-time';
import { ErrorState, ListSkeleton } from '@/components/ui/states';
import { MessageStatusBadge } from '@/components/ui/status-badge';
import { ChannelTile } from '@/features/messages/channels';
import { MessagePreview } from '@/features/messages/preview/message-preview';
import { reasonWords } from '@/features/messages/reasons';
import { WhyMessage, hasWhy, rulingOn } from '@/features/messages/why-message';
import { call } from '@/lib/api-client';
import { cx } from '@/lib/cx';
import { useSession } from '@/lib/session';
import { MessageTimeline } from './message-timeline';
import { ReceiverActions } from './receiver-actions';
import { ResendAction } from './resend-action';

const messageKey = (id: string) => ['message', id] as const;
const settled = new Set(['clicked', 'failed', 'bounced', 'suppressed', 'unknown']);

/** One message: what it looks like, what became of it. */
export function MessagePane({ id, backHref }: { id: string; backHref: string }) {
  const t = useTranslations('outbox.messagePane');
  const message = useQuery({
    queryKey: messageKey(id),
    queryFn: ({ signal }) => call(api.message, { params: { id }, signal }),
    refetchInterval: ({ state }) => (state.data && settled.has(state.data.status) ? 30_000 : 3_000),
  });
  const back = (
    <Link href={backHref} className="inline-flex items-center gap-1.5 px-4 pt-3 text-muted hover:text-ink lg:hidden">
      <ArrowLeft size={15} aria-hidden />
      {t('allMessages')}
    </Link>
  );
  if (message.isError && !message.data)
    return (
      <>
        {back}
        <ErrorState
          className="m-auto"
          error={message.error}
          title={t('failed')}
          onRetry={() => void message.refetch()}
        />
      </>
    );
  if (!message.data)
    return (
      <>
        {back}
        <ListSkeleton rows={5} />
      </>
    );
  return (
    <>
      {back}
      <Loaded message={message.data} />
    </>
  );
}

function Loaded({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.messagePane');
  const { workspace } = useSession();
  const preview = message.content ? (
    <MessagePreview
      channel={message.channel}
      content={message.content}
      to={message.to}
      at={message.sentAt}
      sender={workspace.name}
      fill
    />
  ) : (
    <NotRendered message={message} />
  );
  return (
    <div className="flex min-h-0 flex-1 flex-col overflow-y-auto xl:flex-row xl:overflow-hidden">
      <div className="flex min-w-0 flex-1 flex-col p-4 sm:p-5 xl:min-h-0 xl:overflow-y-auto">{preview}</div>
      <aside
        aria-label={t('about')}
        className="shrink-0 space-y-5 border-line p-4 sm:p-5 max-xl:border-t xl:w-80 xl:overflow-y-auto xl:border-l xl:bg-surface"
      >
        <div className="flex items-center gap-3">
          <ChannelTile channel={message.channel} />
          <div className="min-w-0 flex-1">
            <p className="truncate text-md font-semibold">{message.nodeName}</p>
            <p className="text-xs text-muted">
              {channelOf(message.channel).label}
              {message.origin === 'test' ? ` · ${t('testRun')}` : ''}
            </p>
          </div>
          <MessageStatusBadge status={message.status} />
        </div>
        <Trouble message={message} />
        {hasWhy(message) ? <WhyMessage message={message} /> : null}
        <dl className="grid grid-cols-[72px_minmax(0,1fr)] gap-x-3 gap-y-1.5">
          <Fact name={t('person')}>
            <Link className="text-accent hover:underline" href={`/profiles/${message.profile.id}`}>
              {message.profile.name}
            </Link>
            {' · '}
            <Link className="text-accent hover:underline" href={`/outbox?person=${message.profile.id}`}>
              {t('theirMessages')}
            </Link>
          </Fact>
          <Fact name={t('to')}>
            <span className="font-mono text-xs break-all">{message.to ?? '–'}</span>
          </Fact>
          <Fact name={t('journey')}>
            <Link
              className="text-accent hover:underline"
              href={`/journeys/${message.journey.id}?layer=replay&run=${message.enrollmentId}`}
            >
              {message.journey.name}
            </Link>
          </Fact>
          <Fact name={t('through')}>
            {message.provider === null ? (
              <span className="text-muted">{t('notSentYet')}</span>
            ) : message.provider === 'sandbox' ? (
              t('sandbox')
            ) : (
              (message.events.findLast(({ connection }) => connection !== null)?.connection?.name ?? message.provider)
            )}
          </Fact>
          <Fact name={t('attempts')}>{message.attempts}</Fact>
        </dl>
        <Siblings message={message} />
        <ResendAction message={message} />
        <ReceiverActions message={message} />
        <MessageTimeline message={message} />
      </aside>
    </div>
  );
}

/** The messages of the same visit, when it was sent again. */
function Siblings({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.messagePane');
  if (message.siblings.length === 0) return null;
  return (
    <div>
      <h2 className="mb-1 text-sm">{t('resentTimes')}</h2>
      <ul className="space-y-1">
        {message.siblings.map(({ id, resendNumber, status }) => {
          const words = resendNumber === 0 ? t('first') : t('again', { number: resendNumber });
          return (
            <li key={id} className="flex items-center justify-between gap-2">
              {id === message.id ? (
                <span className="font-medium">{words}</span>
              ) : (
                <Link className="text-accent hover:underline" href={`/outbox?message=${id}`}>
                  {words}
                </Link>
              )}
              <MessageStatusBadge status={status} />
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Fact({ name, children }: { name: string; children: ReactNode }) {
  return (
    <>
      <dt className="text-muted">{name}</dt>
      <dd className="min-w-0 truncate">{children}</dd>
    </>
  );
}

/** Why it is not where it should be, and what happens next. */
function Trouble({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.messagePane');
  const reasons = useTranslations('messages.reasons');
  const bad = message.status === 'failed' || message.status === 'bounced';
  const waits = message.nextAttemptAt !== null && message.status === 'queued' && message.attempts > 0;
  const { heldBack } = message;
  const ruled = rulingOn(message);
  if (!message.reason && !message.error && !waits && !ruled && message.status !== 'unknown') return null;
  return (
    <div className={cx('space-y-1 rounded-lg px-3 py-2.5', bad ? 'bg-bad-soft text-bad' : 'bg-warn-soft text-warn')}>
      {message.reason && !ruled ? <p>{reasonWords(reasons, message.reason)}</p> : null}
      {ruled ? <p className="break-words">{ruled.says}</p> : null}
      {ruled?.allowedAt || heldBack?.until ? (
        <p>
          {t.rich(heldBack ? 'heldUntil' : 'allowedAt', {
            time: () => (
              <RelativeTime
                at={heldBack?.until ?? ruled?.allowedAt ?? ''}
                zone={message.profile.timeZone}
                className="font-medium"
              />
            ),
          })}
        </p>
      ) : null}
      {message.error ? <p className="break-words">{message.error}</p> : null}
      {message.status === 'unknown' ? <p>{t('notRepeated')}</p> : null}
      {waits ? (
        <p>
          {t.rich('nextAttempt', {
            time: () => (
              <RelativeTime at={message.nextAttemptAt} zone={message.profile.timeZone} className="font-medium" />
            ),
          })}
        </p>
      ) : null}
    </div>
  );
}

function NotRendered({ message }: { message: MessageDetail }) {
  const t = useTranslations('outbox.messagePane');
  const words = message.status === 'queued' || message.status === 'sending' ? t('renderedLater') : t('neverRendered');
  return (
    <div className="m-auto max-w-sm p-8 text-center">
      <h2 className="text-lg">{message.title}</h2>
      <p className="mt-1 text-muted">{words}</p>
    </div>
  );
}
